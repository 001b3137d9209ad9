// Class masks for AVX-512 with VBMI: a table permute gives 64 bytes eight class bits each.

alignas(64) static constexpr auto class_maps = [] {
    std::array<std::array<std::uint8_t, 128>, surface::class_groups> maps{};
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        for (unsigned byte = 0; byte < 128; ++byte) {
            maps[g][byte] = static_cast<std::uint8_t>(surface::classes_of(byte) >> (8 * g));
        }
    }
    return maps;
}();

POINTSMAN_INLINE surface::Masks classify(const std::uint8_t* bytes) {
    surface::Masks masks{};
    __m512i text = _mm512_loadu_si512(bytes);
    const __mmask64 high = _mm512_movepi8_mask(text);
    masks.high = high;
    // NUL is of no class.
    text = _mm512_maskz_mov_epi8(~high, text);
#pragma GCC unroll 4
    for (unsigned g = 0; g < surface::class_groups; ++g) {
        const __m512i map_0 = _mm512_load_si512(class_maps[g].data());
        const __m512i map_1 = _mm512_load_si512(class_maps[g].data() + 64);
        const __m512i classes = _mm512_permutex2var_epi8(map_0, text, map_1);
#pragma GCC unroll 8
        for (unsigned k = 0; k < 8; ++k) {
            masks.of[8 * g + k] =
                _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(1u << k)));
        }
    }
    return masks;
}
