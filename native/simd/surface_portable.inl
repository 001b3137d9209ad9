// Class masks in plain C++: table look-ups that spread a byte's classes out, and a turn of eight bytes by
// eight.

#include "simd/surface_masks.inl"

/// Of each group: byte k is 1 if the byte is of the group's class k.
static constexpr auto spread_classes = [] {
    std::array<std::array<std::uint64_t, 256>, surface::class_groups> table{};
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            for (unsigned k = 0; k < 8; ++k) {
                table[g][byte] |= std::uint64_t{surface::class_table[byte] >> (8 * g + k) & 1} << (8 * k);
            }
        }
    }
    return table;
}();

/// Byte j of word i becomes byte i of word j: blocks of four, two and one change places across the diagonal.
POINTSMAN_INLINE void transpose_bytes(std::uint64_t* words) {
    std::uint64_t low_half = 0x00000000FFFFFFFFu;
#pragma GCC unroll 3
    for (unsigned size = 4; size > 0; size /= 2) {
#pragma GCC unroll 8
        for (unsigned i = 0; i < 8; ++i) {
            if ((i & size) != 0) continue;
            const std::uint64_t swap = (words[i] >> (8 * size) ^ words[i + size]) & low_half;
            words[i + size] ^= swap;
            words[i] ^= swap << (8 * size);
        }
        low_half ^= low_half << (4 * size);
    }
}

POINTSMAN_INLINE void classify_block(const std::uint8_t* bytes, std::size_t block, Masks& masks) {
    std::uint64_t high = 0;
    for (unsigned i = 0; i < 64; ++i) high |= std::uint64_t{bytes[i]} >> 7 << i;
    masks.high[block] = high;
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        std::uint64_t words[8];
        for (unsigned j = 0; j < 8; ++j) {
            words[j] = 0;
#pragma GCC unroll 8
            for (unsigned i = 0; i < 8; ++i) words[j] |= spread_classes[g][bytes[8 * j + i]] << i;
        }
        transpose_bytes(words);
        for (unsigned k = 0; k < 8; ++k) masks.of[8 * g + k][block] = words[k];
    }
}

/// Of each block the one before it.
POINTSMAN_INLINE Words block_before(Words last, Words now) {
    return __builtin_shufflevector(last, now, 1, 2);
}

/// Adds the set bits of each of `found` to its count, by sums of neighbours: x86-64 at its oldest has no
/// instruction for it.
POINTSMAN_INLINE void add_ones(const Words* found, std::uint32_t* counts) {
    for (unsigned k = 0; k < surface::counted; ++k) {
        Words sums = found[k] - (found[k] >> 1 & 0x5555555555555555u);
        sums = (sums & 0x3333333333333333u) + (sums >> 2 & 0x3333333333333333u);
        sums = (sums + (sums >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
        // Up to 128 in all.
        const std::uint64_t sum = sums[0] + sums[1];
        counts[k] += static_cast<std::uint32_t>(sum * 0x0101010101010101u >> 56);
    }
}

#include "simd/surface_blocks.inl"
