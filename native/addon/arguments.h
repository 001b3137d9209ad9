// From JavaScript values to C++ ones. Every function throws a JS TypeError or RangeError that names the
// argument, and copies what it reads, so that nothing the caller does later (or in a getter) can reach the
// core.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "pointsman/csr.h"
#include "pointsman/terms.h"

namespace pointsman::addon {

[[noreturn]] void fail_type(Napi::Env env, std::string_view expected, std::string_view name,
                            Napi::Value received);
[[noreturn]] void fail_range(Napi::Env env, std::string_view expected, std::string_view name,
                             std::string_view received);

Napi::Object read_object(Napi::Value value, std::string_view name);
bool read_boolean(Napi::Object options, const char* name);
/// Finite and in [least, most].
double read_number(Napi::Object options, const char* name, double least, double most);
/// More are refused: each costs memory, and no machine has as many cores.
inline constexpr std::uint32_t max_threads = 1024;
inline constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();
std::uint32_t read_integer(Napi::Value value, std::string_view name, std::uint32_t least,
                           std::uint32_t most = no_limit);
std::uint32_t read_integer(Napi::Object options, const char* name, std::uint32_t least,
                           std::uint32_t most = no_limit);
/// "\w\w+" or "\w+"; the first if undefined.
TokenPattern read_token_pattern(Napi::Value value);
/// ngramRange, charNgramRange and tokenPattern.
NgramOptions read_ngrams(Napi::Object options);
/// Those, sublinearTf and norm.
TermOptions read_term_options(Napi::Object options);

inline constexpr std::uint32_t max_heads = 1u << 20;
/// The counts and word offsets of a text must fit 32 bits.
inline constexpr std::uint32_t max_text_units = 1u << 26;

void expect_length(Napi::Env env, std::string_view name, std::size_t expected, std::size_t received);

template <typename T>
struct TypedArrayOf;
template <>
struct TypedArrayOf<float> {
    static constexpr napi_typedarray_type type = napi_float32_array;
    static constexpr std::string_view expected = "a Float32Array";
};
template <>
struct TypedArrayOf<double> {
    static constexpr napi_typedarray_type type = napi_float64_array;
    static constexpr std::string_view expected = "a Float64Array";
};
template <>
struct TypedArrayOf<std::uint32_t> {
    static constexpr napi_typedarray_type type = napi_uint32_array;
    static constexpr std::string_view expected = "a Uint32Array";
};
template <>
struct TypedArrayOf<std::uint8_t> {
    static constexpr napi_typedarray_type type = napi_uint8_array;
    static constexpr std::string_view expected = "a Uint8Array";
};

template <typename T>
std::vector<T> read_array(Napi::Value value, std::string_view name) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != TypedArrayOf<T>::type) {
        fail_type(value.Env(), TypedArrayOf<T>::expected, name, value);
    }
    const auto array = value.As<Napi::TypedArrayOf<T>>();
    return std::vector<T>(array.Data(), array.Data() + array.ElementLength());
}

/// The same for floats that must all be finite.
std::vector<float> read_finite(Napi::Value value, std::string_view name);

/// Texts one after another.
class Texts {
public:
    Texts() = default;
    Texts(Napi::Value value, std::string_view name) { read(value, name); }

    /// Replaces the texts; memory that is there is used again.
    void read(Napi::Value value, std::string_view name);
    std::size_t size() const { return ends_.size(); }
    std::vector<std::u16string_view> views() const;

private:
    void append(napi_env env, napi_value text);

    std::vector<char16_t> units_;
    std::vector<std::size_t> ends_;
};

/// { rows, columns, indptr, indices, values }, checked throughout.
Csr read_csr(Napi::Value value, std::string_view name);

/// terms and offsets, or hashBits: what the columns of a matrix are.
struct OwnedTerms {
    explicit OwnedTerms(Napi::Object options);
    TermList list() const { return {bytes, offsets}; }
    std::size_t count() const { return hash_bits == 0 ? list().size() : std::size_t{1} << hash_bits; }

    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> offsets;
    /// 0: a vocabulary.
    unsigned hash_bits = 0;
};

template <typename Array, typename T>
Array to_array(Napi::Env env, const std::vector<T>& values) {
    Array array = Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

}  // namespace pointsman::addon
