// Lower case and UTF-8 in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pointsman {

/// No UTF-16 unit becomes more bytes than this (of a pair, each counts as one).
inline constexpr std::size_t max_bytes_per_unit = 3;

/// Writes text.lower() as UTF-8, except that ASCII letters keep their case (the `edges` kernel lowers those)
/// and everything outside ASCII that is no word character becomes a space. Returns the bytes written.
std::size_t fold(std::u16string_view text, std::uint8_t* out);

}  // namespace pointsman
