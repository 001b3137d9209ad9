// Class masks for AVX2. Of each class a shuffle by low nibble gives the high nibbles that go with it, one bit
// each; a second shuffle turns the high nibble into its bit.

#include "simd/surface_masks.inl"

static constexpr auto nibble_tables = [] {
    std::array<std::array<std::uint8_t, 16>, surface::class_count> tables{};
    for (unsigned byte = 0; byte < 128; ++byte) {
        for (unsigned k = 0; k < surface::class_count; ++k) {
            const unsigned is_in = surface::class_table[byte] >> k & 1;
            tables[k][byte & 15] = static_cast<std::uint8_t>(tables[k][byte & 15] | is_in << (byte >> 4));
        }
    }
    return tables;
}();
/// No bit for high nibbles from 8 on.
alignas(16) static constexpr std::uint8_t nibble_bits[16] = {1, 2, 4, 8, 16, 32, 64, 128};

POINTSMAN_INLINE __m256i both_lanes(const std::uint8_t* table) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
}

POINTSMAN_INLINE void classify_block(const std::uint8_t* bytes, std::size_t block, Masks& masks) {
    const __m256i low_nibble = _mm256_set1_epi8(0x0f);
    const __m256i bits = both_lanes(nibble_bits);
    const __m256i text[2] = {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)),
                             _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32))};
    __m256i low[2];
    __m256i bit[2];
    for (unsigned half = 0; half < 2; ++half) {
        low[half] = _mm256_and_si256(text[half], low_nibble);
        bit[half] = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(text[half], 4), low_nibble));
    }
    const auto join = [](__m256i a, __m256i b) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(a)) |
               std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(b))} << 32;
    };
#pragma GCC unroll 32
    for (unsigned k = 0; k < surface::class_count; ++k) {
        const __m256i table = both_lanes(nibble_tables[k].data());
        const auto outside = [&](unsigned half) {
            const __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(table, low[half]), bit[half]);
            return _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
        };
        masks.of[k][block] = ~join(outside(0), outside(1));
    }
    masks.high[block] = join(text[0], text[1]);
}

/// Of each block the one before it.
POINTSMAN_INLINE Words block_before(Words last, Words now) {
    return __builtin_shufflevector(last, now, 3, 4, 5, 6);
}

/// Adds the set bits of each of `found` to its count.
POINTSMAN_INLINE void add_ones(const Words* found, std::uint32_t* counts) {
    for (unsigned k = 0; k < surface::counted; ++k) {
        for (std::size_t b = 0; b < blocks_at_once; ++b) {
            counts[k] += static_cast<std::uint32_t>(__builtin_popcountll(found[k][b]));
        }
    }
}

#include "simd/surface_blocks.inl"
