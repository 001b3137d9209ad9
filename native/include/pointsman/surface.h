// Surface features: how a text looks rather than what it is about. docs/surface-features.md defines each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pointsman {

inline constexpr std::size_t surface_count = 30;

/// [surface_count]
std::span<const std::string_view> surface_names();

/// Writes `surface_count` features: logarithms of 1 + a count, below 20, then shares in 0 .. 1. The same on
/// every instruction set. bytes[0 .. n) is a text as `fold` wrote it, before `edges` lowers it; bytes[n .. n
/// + 64) must be spaces.
void surface_features(const std::uint8_t* bytes, std::size_t n, float* out);

/// [texts x surface_count]
std::vector<float> surface_matrix(std::span<const std::u16string_view> texts);

}  // namespace pointsman
