// Files that keep the format, and every way to break it: none may crash or give a view outside the file.
#include "pointsman/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "safetensors_file.h"

using namespace pointsman;
using test::Bytes;
using test::file_of;
using test::refusal;

namespace {

std::string refusal_of(std::string header, std::size_t data_bytes) {
    return refusal(file_of(std::move(header), data_bytes));
}

std::string entry(const char* dtype, const char* shape, const char* offsets) {
    return std::string(R"({"t":{"dtype":")") + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
           offsets + "}}";
}

const char* const good_header =
    R"({"__metadata__":{"format":"x","a":"\u00e9"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
    R"("b":{"dtype":"I16","shape":[],"data_offsets":[24,26]},"none":{"dtype":"U64","shape":[4,0],)"
    R"("data_offsets":[0,0]},"u":{"dtype":"U8","shape":[3],"data_offsets":[26,29]}})";

void test_good() {
    const Bytes file = file_of(good_header, 29);
    const Safetensors parsed{std::span(file)};
    CHECK(parsed.tensors().size() == 4);
    CHECK(parsed.metadata("a") == "\u00e9");
    CHECK(!parsed.metadata("b"));
    CHECK(parsed.find("x") == nullptr);
    CHECK(parsed.find("__metadata__") == nullptr);
    const Tensor& w = *parsed.find("w");
    CHECK(w.dtype == Dtype::f32);
    CHECK((w.shape == std::vector<std::uint64_t>{2, 3}));
    const auto floats = w.as<float>();
    CHECK(floats.size() == 6);
    float first;
    const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
    std::memcpy(&first, bytes.data(), sizeof first);
    CHECK(floats[0] == first);
    CHECK(parsed.find("b")->shape.empty());
    CHECK(parsed.find("b")->as<std::int16_t>()[0] == 26 * 256 + 25);
    CHECK(parsed.find("none")->as<std::uint64_t>().empty());
    CHECK(parsed.find("u")->as<std::uint8_t>()[2] == 29);
    try {
        w.as<std::uint32_t>();
        CHECK(!"floats were given as integers");
    } catch (const FormatError& error) {
        CHECK(error.what() == std::string("tensor \"w\" is F32 where U32 is needed"));
    }
    CHECK(refusal_of("{}", 0).empty());
    CHECK(refusal_of(R"({"__metadata__":{}})", 0).empty());
}

/// Header, bytes of data, and how the reason begins.
void test_bad_headers() {
    struct Case {
        std::string header;
        std::size_t data;
        std::string reason;
    };
    const std::string shape_reason = "tensor \"t\" has no usable shape";
    const std::string offsets_reason = "tensor \"t\" has no usable data_offsets";
    const Case cases[] = {
        {"", 0, "its header does not begin with {"},
        {" {}", 0, "its header does not begin with {"},
        {"[]", 0, "its header does not begin with {"},
        {"{", 0, "its header is not JSON: "},
        {"{}x", 0, "its header is not JSON: the end was expected at byte 2"},
        {R"({"t":1,"t":2})", 0, "its header is not JSON: a key repeats"},
        {"{}", 1, "its tensors end at 0 but the data has 1 bytes"},
        {R"({"__metadata__":[]})", 0, "its metadata is not an object"},
        {R"({"__metadata__":{"a":1}})", 0, "its metadata holds something other than text"},
        {R"({"t":[]})", 0, "tensor \"t\" is not described by an object"},
        {R"({"t":{"shape":[],"data_offsets":[0,1]}})", 1, "tensor \"t\" has no dtype; known are U8, U16"},
        {entry("F16", "[1]", "[0,2]"), 2, "tensor \"t\" has dtype \"F16\"; known are"},
        {entry("u8", "[1]", "[0,1]"), 1, "tensor \"t\" has dtype \"u8\"; known are"},
        {entry("U8", "3", "[0,3]"), 3, shape_reason},
        {entry("U8", "[-3]", "[0,3]"), 3, shape_reason},
        {entry("U8", "[3.0]", "[0,3]"), 3, shape_reason},
        {entry("U8", "[18446744073709551616]", "[0,3]"), 3, shape_reason},
        {entry("U8", "[\"3\"]", "[0,3]"), 3, shape_reason},
        {entry("U8", "[3]", "[0,3,3]"), 3, offsets_reason},
        {entry("U8", "[3]", "[3]"), 3, offsets_reason},
        {entry("U8", "[3]", "[-1,2]"), 3, offsets_reason},
        {entry("U8", "[3]", "[3,0]"), 3, "tensor \"t\" lies at 3..0"},
        {entry("U8", "[3]", "[0,4]"), 3, "tensor \"t\" lies at 0..4 but there are 3 bytes"},
        {entry("U8", "[3]", "[18446744073709551615,2]"), 3, "tensor \"t\" lies at"},
        {entry("U8", "[1]", "[18446744073709551614,18446744073709551615]"), 3, "tensor \"t\" lies at"},
        {entry("U8", "[2]", "[0,3]"), 3, "tensor \"t\" has 3 bytes but its shape needs 2"},
        {entry("U32", "[1]", "[0,3]"), 3, "tensor \"t\" has 3 bytes but its shape needs 4"},
        // These products are 3 and 0 in 64 bits.
        {entry("U8", "[6148914691236517205,6,9223372036854775809]", "[0,3]"), 3,
         "tensor \"t\" has 3 bytes but"},
        {entry("U64", "[2305843009213693952]", "[0,0]"), 0,
         "tensor \"t\" has 0 bytes but its shape needs more than 64 bits can count"},
        {entry("U8", "[4294967296,4294967296]", "[0,0]"), 0,
         "tensor \"t\" has 0 bytes but its shape needs more"},
        {entry("U8", "[2]", "[1,3]"), 3, "tensor \"t\" begins at 1 where 0 was expected"},
        {entry("U8", "[2]", "[0,2]"), 3, "its tensors end at 2 but the data has 3 bytes"},
        {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],)"
         R"("data_offsets":[1,3]}})",
         3, "tensor \"b\" begins at 1 where 2 was expected"},
        {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],)"
         R"("data_offsets":[0,2]}})",
         2, "tensor \"b\" begins at 0 where 2 was expected"},
        {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U16","shape":[1],)"
         R"("data_offsets":[1,3]}})",
         3, "tensor \"b\" is not aligned for U16; write the widest elements first"},
        {R"({")" + std::string(5000, 'n') + R"(":0})", 0, "tensor \"nnn"},
    };
    for (const auto& [header, data, reason] : cases) {
        const std::string found = refusal_of(header, data);
        if (!found.starts_with(reason)) std::fprintf(stderr, "%s\n%s\n", header.c_str(), found.c_str());
        CHECK(found.starts_with(reason) && found.size() < 300);
    }
}

void test_bad_lengths() {
    Bytes file = file_of("{}", 0);
    for (const std::uint64_t claim : {std::uint64_t{57}, std::uint64_t{100'000'000}}) {
        std::memcpy(file.data(), &claim, sizeof claim);
        CHECK(refusal(file).ends_with("but the file has 64; it is truncated or damaged"));
    }
    for (const std::uint64_t claim : {std::uint64_t{100'000'001}, UINT64_MAX - 7, UINT64_MAX}) {
        std::memcpy(file.data(), &claim, sizeof claim);
        CHECK(refusal(file).ends_with("over the limit of 100000000"));
    }
    CHECK(refusal(std::span(file).first(7)).starts_with("it has 7 bytes, fewer than the 8"));
    CHECK(refusal(std::span<const std::uint8_t>()).starts_with("it has 0 bytes"));
}

/// A file that was read to another place is refused there, not misread.
void test_misplaced_file() {
    const Bytes file = file_of(entry("F32", "[1]", "[0,4]"), 4);
    Bytes moved(file.size() + 1);
    std::copy(file.begin(), file.end(), moved.begin() + 1);
    CHECK(refusal(std::span(moved).subspan(1)).starts_with("tensor \"t\" is not aligned for F32"));
}

void test_damage() {
    const Bytes file = file_of(good_header, 29);
    CHECK(refusal(file).empty());
    for (std::size_t n = 0; n < file.size(); ++n) {
        // A copy, so that a sanitizer sees every byte read past the end.
        const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n));
        CHECK(!refusal(cut).empty());
    }
    for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
        Bytes bad = file;
        bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1 << bit % 8);
        refusal(bad);
    }
}

}  // namespace

int main() {
    test_good();
    test_bad_headers();
    test_bad_lengths();
    test_misplaced_file();
    test_damage();
}
