// Class masks for AVX-512 with VBMI and GFNI: a table permute gives each byte eight class bits, a bit matrix
// product turns eight bytes of them over, byte and word permutes sort the pieces by class.

#include "simd/surface_masks.inl"

alignas(64) static constexpr auto class_maps = [] {
    std::array<std::array<std::uint8_t, 128>, surface::class_groups> maps{};
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        for (unsigned byte = 0; byte < 128; ++byte) {
            maps[g][byte] = static_cast<std::uint8_t>(surface::class_table[byte] >> (8 * g));
        }
    }
    return maps;
}();
/// Eight bytes the other way round, since the product turns them so.
alignas(64) static constexpr auto reversal = [] {
    std::array<std::uint8_t, 64> map{};
    for (unsigned i = 0; i < 64; ++i) map[i] = static_cast<std::uint8_t>(i ^ 7);
    return map;
}();
/// From two blocks' turned bits (byte 8 j + k: class k of the block's bytes 8 j .. 8 j + 7) to the masks of
/// four classes: block 0's and block 1's of the first class, of the second, ...
alignas(64) static constexpr auto by_class = [] {
    std::array<std::array<std::uint8_t, 64>, 2> maps{};
    for (unsigned k = 0; k < 8; ++k) {
        for (unsigned block = 0; block < 2; ++block) {
            for (unsigned j = 0; j < 8; ++j) {
                maps[k / 4][16 * (k % 4) + 8 * block + j] = static_cast<std::uint8_t>(64 * block + 8 * j + k);
            }
        }
    }
    return maps;
}();

/// From the masks of four classes, two blocks here and two there, to all four blocks of each class.
POINTSMAN_INLINE void store_masks(__m512i blocks_0_1, __m512i blocks_2_3, std::uint64_t (*of)[4]) {
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    _mm512_store_si512(of, _mm512_permutex2var_epi64(blocks_0_1, first, blocks_2_3));
    _mm512_store_si512(of + 2, _mm512_permutex2var_epi64(blocks_0_1, second, blocks_2_3));
}

POINTSMAN_INLINE void classify(const std::uint8_t* bytes, std::size_t blocks, Masks& masks) {
    __m512i ascii[blocks_at_once];
#pragma GCC unroll 4
    for (std::size_t b = 0; b < blocks_at_once; ++b) {
        const __mmask64 is_there = b < blocks ? ~__mmask64{0} : 0;
        const __m512i text = _mm512_mask_loadu_epi8(_mm512_set1_epi8(' '), is_there, bytes + 64 * b);
        const __mmask64 high = _mm512_movepi8_mask(text);
        masks.high[b] = high;
        // NUL is of no class.
        ascii[b] =
            _mm512_shuffle_epi8(_mm512_maskz_mov_epi8(~high, text), _mm512_load_si512(reversal.data()));
    }
    const __m512i one_bit_each = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201u));
    const __m512i low_classes = _mm512_load_si512(by_class[0].data());
    const __m512i high_classes = _mm512_load_si512(by_class[1].data());
#pragma GCC unroll 4
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        const __m512i map_0 = _mm512_load_si512(class_maps[g].data());
        const __m512i map_1 = _mm512_load_si512(class_maps[g].data() + 64);
        const auto turned = [&](unsigned b) {
            const __m512i classes = _mm512_permutex2var_epi8(map_0, ascii[b], map_1);
            return _mm512_gf2p8affine_epi64_epi8(one_bit_each, classes, 0);
        };
        const __m512i t[4] = {turned(0), turned(1), turned(2), turned(3)};
        store_masks(_mm512_permutex2var_epi8(t[0], low_classes, t[1]),
                    _mm512_permutex2var_epi8(t[2], low_classes, t[3]), masks.of + 8 * g);
        store_masks(_mm512_permutex2var_epi8(t[0], high_classes, t[1]),
                    _mm512_permutex2var_epi8(t[2], high_classes, t[3]), masks.of + 8 * g + 4);
    }
}

/// Of each block the one before it.
POINTSMAN_INLINE Words block_before(Words last, Words now) {
    return (Words)_mm256_alignr_epi64((__m256i)now, (__m256i)last, 3);
}

template <int distance>
POINTSMAN_INLINE Words look_back(Words now, Words before) {
    return (Words)_mm256_shldi_epi64((__m256i)now, (__m256i)before, distance);
}

/// Adds the set bits of each of `found` to its count.
POINTSMAN_INLINE void add_ones(const Words* found, std::uint32_t* counts) {
#pragma GCC unroll 8
    for (unsigned k = 0; k < surface::count_room; k += 4) {
        // Eight numbers up to 64, of two masks.
        const auto ones = [&](unsigned at) {
            return _mm512_cvtepi64_epi8(_mm512_popcnt_epi64(_mm512_load_si512(found + at)));
        };
        const __m128i bytes = _mm_unpacklo_epi64(ones(k), ones(k + 2));
        const __m128i pairs = _mm_maddubs_epi16(bytes, _mm_set1_epi8(1));
        const __m128i sums = _mm_madd_epi16(pairs, _mm_set1_epi16(1));
        auto* place = reinterpret_cast<__m128i*>(counts + k);
        _mm_storeu_si128(place, _mm_add_epi32(_mm_loadu_si128(place), sums));
    }
}

#include "simd/surface.inl"
