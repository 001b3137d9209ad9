#include "pointsman/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/json.h"

namespace pointsman {
namespace {

/// The format's own limit.
constexpr std::uint64_t max_header_bytes = 100'000'000;

struct DtypeInfo {
    std::string_view name;
    std::size_t bytes;
};
/// In the order of Dtype.
constexpr std::array<DtypeInfo, 6> dtypes{
    {{"U8", 1}, {"U16", 2}, {"U32", 4}, {"U64", 8}, {"I16", 2}, {"F32", 4}}};

const DtypeInfo& info(Dtype dtype) { return dtypes[static_cast<std::size_t>(dtype)]; }

/// For error texts, which a file should not be able to make long.
std::string quote(std::string_view text) {
    constexpr std::size_t limit = 100;
    if (text.size() <= limit) return '"' + std::string(text) + '"';
    std::size_t end = limit;
    while ((text[end] & 0xC0) == 0x80) --end;
    return '"' + std::string(text.substr(0, end)) + "...\"";
}

[[noreturn]] void fail(const std::string& name, const std::string& reason) {
    throw FormatError("tensor " + quote(name) + " " + reason);
}

std::string range(std::uint64_t begin, std::uint64_t end) {
    return std::to_string(begin) + ".." + std::to_string(end);
}

std::string_view header_of(std::span<const std::uint8_t> file) {
    std::uint64_t length;
    if (file.size() < sizeof length) {
        throw FormatError("it has " + std::to_string(file.size()) +
                          " bytes, fewer than the 8 of its header length");
    }
    std::memcpy(&length, file.data(), sizeof length);
    const std::string claim = "its header claims " + std::to_string(length) + " bytes";
    if (length > max_header_bytes) {
        throw FormatError(claim + ", over the limit of " + std::to_string(max_header_bytes));
    }
    if (length > file.size() - sizeof length) {
        throw FormatError(claim + " but the file has " + std::to_string(file.size()) +
                          "; it is truncated or damaged");
    }
    return {reinterpret_cast<const char*>(file.data()) + sizeof length, static_cast<std::size_t>(length)};
}

json::Object parse_header(std::string_view text) {
    if (!text.starts_with('{')) throw FormatError("its header does not begin with {");
    try {
        return std::get<json::Object>(json::parse(text).content);
    } catch (const FormatError& error) {
        throw FormatError(std::string("its header is not JSON: ") + error.what());
    }
}

std::map<std::string, std::string, std::less<>> read_metadata(const json::Value& value) {
    const auto* object = value.as<json::Object>();
    if (object == nullptr) throw FormatError("its metadata is not an object");
    std::map<std::string, std::string, std::less<>> metadata;
    for (const auto& [key, entry] : object->members) {
        const auto* text = entry.as<std::string>();
        if (text == nullptr) throw FormatError("its metadata holds something other than text");
        metadata.emplace_hint(metadata.end(), key, *text);
    }
    return metadata;
}

Dtype read_dtype(const std::string& name, const json::Value* value) {
    const auto* text = value == nullptr ? nullptr : value->as<std::string>();
    const auto found = text == nullptr ? dtypes.end() : std::ranges::find(dtypes, *text, &DtypeInfo::name);
    if (found != dtypes.end()) return static_cast<Dtype>(found - dtypes.begin());
    std::string known;
    for (const auto& dtype : dtypes) known += (known.empty() ? "" : ", ") + std::string(dtype.name);
    fail(name, "has " + (text == nullptr ? "no dtype" : "dtype " + quote(*text)) + "; known are " + known);
}

std::vector<std::uint64_t> read_counts(const std::string& name, const char* key, const json::Object& from) {
    const json::Value* value = from.find(key);
    const auto* array = value == nullptr ? nullptr : value->as<json::Array>();
    if (array == nullptr) fail(name, std::string("has no usable ") + key);
    std::vector<std::uint64_t> counts;
    for (const json::Value& entry : *array) {
        const auto* number = entry.as<json::Number>();
        if (number == nullptr || !number->whole) fail(name, std::string("has no usable ") + key);
        counts.push_back(*number->whole);
    }
    return counts;
}

/// Bytes that the elements need; nothing if that is more than 64 bits can say.
std::optional<std::uint64_t> size_of(Dtype dtype, const std::vector<std::uint64_t>& shape) {
    if (std::ranges::find(shape, 0u) != shape.end()) return 0;
    std::uint64_t size = info(dtype).bytes;
    for (const std::uint64_t n : shape) {
        if (__builtin_mul_overflow(size, n, &size)) return std::nullopt;
    }
    return size;
}

Tensor read_tensor(const std::string& name, const json::Value& value, std::span<const std::uint8_t> data) {
    const auto* entry = value.as<json::Object>();
    if (entry == nullptr) fail(name, "is not described by an object");
    const Dtype dtype = read_dtype(name, entry->find("dtype"));
    auto shape = read_counts(name, "shape", *entry);
    const auto offsets = read_counts(name, "data_offsets", *entry);
    if (offsets.size() != 2) fail(name, "has no usable data_offsets");
    const std::uint64_t begin = offsets[0], end = offsets[1];
    if (begin > end || end > data.size()) {
        fail(name, "lies at " + range(begin, end) + " but there are " + std::to_string(data.size()) +
                       " bytes; it is truncated or damaged");
    }
    const auto size = size_of(dtype, shape);
    if (size != end - begin) {
        fail(name, "has " + std::to_string(end - begin) + " bytes but its shape needs " +
                       (size ? std::to_string(*size) : "more than 64 bits can count"));
    }
    const auto bytes = data.subspan(begin, end - begin);
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % info(dtype).bytes != 0)
        fail(name,
             "is not aligned for " + std::string(info(dtype).name) + "; write the widest elements first");
    return {name, dtype, std::move(shape), bytes};
}

/// Whether each begins where the one before it ends.
void check_places(const std::vector<Tensor>& tensors, std::span<const std::uint8_t> data) {
    std::vector<const Tensor*> order;
    for (const Tensor& tensor : tensors) order.push_back(&tensor);
    std::ranges::sort(order, {}, [](const Tensor* t) { return std::pair(t->bytes.data(), t->bytes.size()); });
    std::size_t expected = 0;
    for (const Tensor* tensor : order) {
        const auto begin = static_cast<std::size_t>(tensor->bytes.data() - data.data());
        if (begin != expected)
            fail(tensor->name, "begins at " + std::to_string(begin) + " where " + std::to_string(expected) +
                                   " was expected");
        expected += tensor->bytes.size();
    }
    if (expected != data.size()) {
        throw FormatError("its tensors end at " + std::to_string(expected) + " but the data has " +
                          std::to_string(data.size()) + " bytes");
    }
}

}  // namespace

void Tensor::expect(Dtype expected) const {
    if (dtype == expected) return;
    fail(name,
         "is " + std::string(info(dtype).name) + " where " + std::string(info(expected).name) + " is needed");
}

Safetensors::Safetensors(std::span<const std::uint8_t> file) {
    const std::string_view text = header_of(file);
    const json::Object header = parse_header(text);
    const auto data = file.subspan(sizeof(std::uint64_t) + text.size());
    for (const auto& [name, value] : header.members) {
        if (name == "__metadata__") {
            metadata_ = read_metadata(value);
        } else {
            tensors_.push_back(read_tensor(name, value, data));
        }
    }
    check_places(tensors_, data);
}

const Tensor* Safetensors::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(tensors_, name, {}, &Tensor::name);
    return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

std::optional<std::string_view> Safetensors::metadata(std::string_view key) const {
    const auto found = metadata_.find(key);
    return found == metadata_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

}  // namespace pointsman
