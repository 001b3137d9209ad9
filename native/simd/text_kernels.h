// Inner loops over text and term tables.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pointsman {

/// Bytes that `edges` may read and write past the text, and units that `narrow` handles at a time.
inline constexpr std::size_t text_padding = 64;
inline constexpr std::size_t narrow_block = 32;
/// Slots of a term table's bucket: one cache line.
inline constexpr std::size_t bucket_slots = 8;
/// Low bits of a slot that hold row + 1; the others are the term's tag. A slot of 0 is free.
inline constexpr unsigned row_bits = 24;
inline constexpr std::uint64_t row_mask = (std::uint64_t{1} << row_bits) - 1;

/// The part of a term's hash that a slot keeps; the top bit is set so that no tag looks like a free slot.
inline std::uint64_t tag_of(std::uint64_t hash) { return (hash | (std::uint64_t{1} << 63)) & ~row_mask; }

struct TextKernels {
    /// Copies ASCII units to bytes, a block of `narrow_block` at a time (the last may be shorter), and stops
    /// before the first block that holds anything else. Returns the units copied.
    std::size_t (*narrow)(const char16_t* text, std::size_t n, std::uint8_t* out);

    /// Lowers ASCII letters in place and writes the offsets at which words start and end, in turn. Word bytes
    /// are [0-9A-Za-z_] and all >= 0x80. bytes[n .. n + text_padding) must be spaces. Returns the (even)
    /// offset count; `out` needs room for 2 * text_padding more.
    std::size_t (*edges)(std::uint8_t* bytes, std::size_t n, std::uint32_t* out);

    /// Looks hashes up in buckets of `bucket_slots`; writes the rows found, in order. Returns how many.
    std::size_t (*probe)(const std::uint64_t* buckets, std::uint64_t bucket_mask, const std::uint64_t* hashes,
                         std::size_t n, std::uint32_t* rows);
};

}  // namespace pointsman
