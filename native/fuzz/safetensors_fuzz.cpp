// A safetensors file is taken with sound views, or refused. The first byte says what the rest is: even, a
// whole file; odd, a header, behind a byte for the size of the data. Without the second way nearly every
// change would only spoil the header's length.
#include "safetensors_file.h"

using namespace pointsman;

namespace {

template <typename T>
bool reads_as(const Tensor& tensor) {
    std::span<const T> values;
    try {
        values = tensor.as<T>();
    } catch (const FormatError&) {
        CHECK(tensor.dtype != dtype_of<T>);
        return false;
    }
    // Touches every element, so that a sanitizer sees each address.
    T most{};
    for (const T value : values) most = std::max(most, value);
    CHECK(values.empty() || most >= T{} || std::isnan(static_cast<double>(values[0])));
    return true;
}

void check(const test::Bytes& file) {
    if (!test::refusal(file).empty()) return;
    const Safetensors parsed{std::span(file)};
    for (const Tensor& tensor : parsed.tensors()) {
        CHECK(reads_as<std::uint8_t>(tensor) + reads_as<std::uint16_t>(tensor) +
                  reads_as<std::uint32_t>(tensor) + reads_as<std::uint64_t>(tensor) +
                  reads_as<std::int16_t>(tensor) + reads_as<float>(tensor) ==
              1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    if (data[0] % 2 == 0) {
        check(test::Bytes(data + 1, data + size));
    } else {
        check(test::file_of({reinterpret_cast<const char*>(data) + 2, size - 2}, data[1]));
    }
    return 0;
}
