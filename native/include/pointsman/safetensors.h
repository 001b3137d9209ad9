// The safetensors format: u64 header length (little-endian), JSON header, tensor data without holes.
// https://github.com/huggingface/safetensors
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pointsman/format_error.h"

namespace pointsman {

/// Those of the format's types that are in use here.
enum class Dtype { u8, u16, u32, u64, i16, f32 };

template <typename T>
inline constexpr std::optional<Dtype> dtype_of = std::nullopt;
template <>
inline constexpr std::optional<Dtype> dtype_of<std::uint8_t> = Dtype::u8;
template <>
inline constexpr std::optional<Dtype> dtype_of<std::uint16_t> = Dtype::u16;
template <>
inline constexpr std::optional<Dtype> dtype_of<std::uint32_t> = Dtype::u32;
template <>
inline constexpr std::optional<Dtype> dtype_of<std::uint64_t> = Dtype::u64;
template <>
inline constexpr std::optional<Dtype> dtype_of<std::int16_t> = Dtype::i16;
template <>
inline constexpr std::optional<Dtype> dtype_of<float> = Dtype::f32;

static_assert(std::endian::native == std::endian::little && std::numeric_limits<float>::is_iec559,
              "tensors are viewed in place, so memory must be as in the file");

struct Tensor {
    std::string name;
    Dtype dtype;
    std::vector<std::uint64_t> shape;
    /// As many as shape and dtype need, aligned for an element.
    std::span<const std::uint8_t> bytes;

    /// The elements. Throws FormatError if they are of another type.
    template <typename T>
    std::span<const T> as() const {
        static_assert(dtype_of<T>.has_value());
        expect(*dtype_of<T>);
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }

private:
    void expect(Dtype expected) const;
};

/// The tensors and the metadata of a file, every offset and size checked. Tensors are views: the bytes of the
/// file must outlive them and stay as they are.
class Safetensors {
public:
    /// Throws FormatError that says what is wrong, which includes data that is not aligned for its type.
    explicit Safetensors(std::span<const std::uint8_t> file);

    /// nullptr if there is none.
    const Tensor* find(std::string_view name) const;
    /// Ascending by name.
    std::span<const Tensor> tensors() const { return tensors_; }
    std::optional<std::string_view> metadata(std::string_view key) const;

private:
    std::vector<Tensor> tensors_;
    std::map<std::string, std::string, std::less<>> metadata_;
};

}  // namespace pointsman
