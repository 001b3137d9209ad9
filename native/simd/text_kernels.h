// Inner loops over text and term tables.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pointsman {

/// Bytes that `edges` may read and write past the text, and units that `narrow` handles at a time.
inline constexpr std::size_t text_padding = 64;
inline constexpr std::size_t narrow_block = 32;

struct TextKernels {
    /// Copies ASCII units to bytes, a block of `narrow_block` at a time (the last may be shorter), and stops
    /// before the first block that holds anything else. Returns the units copied.
    std::size_t (*narrow)(const char16_t* text, std::size_t n, std::uint8_t* out);

    /// Lowers ASCII letters in place and writes the offsets at which words start and end, in turn. Word bytes
    /// are [0-9A-Za-z_] and all >= 0x80. bytes[n .. n + text_padding) must be spaces. Returns the (even)
    /// offset count; `out` needs room for 2 * text_padding more.
    std::size_t (*edges)(std::uint8_t* bytes, std::size_t n, std::uint32_t* out);

    /// Drops the words of one code point from `edges` (pairs of start and end) in place, unless it keeps
    /// them, and writes the hash of each other one. Returns how many are left. Reads 16 bytes past a word's
    /// end.
    std::size_t (*hash)(const std::uint8_t* bytes, std::uint32_t* edges, std::size_t edge_count,
                        bool keeps_single, std::uint64_t* hashes);

    /// out[i] = hash_append(grams[i], words[i]); `out` may follow `grams` in memory but not overlap it.
    void (*append)(const std::uint64_t* grams, const std::uint64_t* words, std::size_t n, std::uint64_t* out);
};

}  // namespace pointsman
