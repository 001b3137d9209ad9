// Text kernels for AVX-512 with VBMI: two table permutes classify and lower 64 bytes, a compress lists the
// edges.

alignas(64) static constexpr auto lower_map = [] {
    std::array<std::uint8_t, 128> map{};
    for (unsigned i = 0; i < 128; ++i) map[i] = static_cast<std::uint8_t>(i >= 'A' && i <= 'Z' ? i + 32 : i);
    return map;
}();
alignas(64) static constexpr auto word_map = [] {
    std::array<std::uint8_t, 128> map{};
    for (unsigned i = 0; i < 128; ++i) {
        const bool word =
            (i >= '0' && i <= '9') || (i >= 'A' && i <= 'Z') || (i >= 'a' && i <= 'z') || i == '_';
        map[i] = word ? 0xff : 0;
    }
    return map;
}();
alignas(64) static constexpr auto positions = [] {
    std::array<std::uint8_t, 64> map{};
    for (unsigned i = 0; i < 64; ++i) map[i] = static_cast<std::uint8_t>(i);
    return map;
}();

static std::size_t narrow(const char16_t* text, std::size_t n, std::uint8_t* out) {
    std::size_t done = 0;
    while (done < n) {
        const std::size_t block = n - done < narrow_block ? n - done : narrow_block;
        const auto valid = static_cast<__mmask32>(0xffffffffu >> (narrow_block - block));
        const __m512i units = _mm512_maskz_loadu_epi16(valid, text + done);
        if (_mm512_test_epi16_mask(units, _mm512_set1_epi16(static_cast<short>(0xff80))) != 0) break;
        _mm256_mask_storeu_epi8(out + done, valid, _mm512_cvtepi16_epi8(units));
        done += block;
    }
    return done;
}

static std::size_t edges(std::uint8_t* bytes, std::size_t n, std::uint32_t* out) {
    const __m512i lower_0 = _mm512_load_si512(lower_map.data());
    const __m512i lower_1 = _mm512_load_si512(lower_map.data() + 64);
    const __m512i word_0 = _mm512_load_si512(word_map.data());
    const __m512i word_1 = _mm512_load_si512(word_map.data() + 64);
    const __m512i place = _mm512_load_si512(positions.data());
    std::size_t count = 0;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i <= n; i += 64) {
        const __m512i text = _mm512_loadu_si512(bytes + i);
        const std::uint64_t high = _mm512_movepi8_mask(text);
        const __m512i lower =
            _mm512_mask_mov_epi8(_mm512_permutex2var_epi8(lower_0, text, lower_1), high, text);
        const std::uint64_t word = _mm512_movepi8_mask(_mm512_permutex2var_epi8(word_0, text, word_1)) | high;
        const std::uint64_t edge = word ^ (word << 1 | carry);
        carry = word >> 63;
        _mm512_storeu_si512(bytes + i, lower);
        const __m512i listed = _mm512_maskz_compress_epi8(edge, place);
        const __m512i base = _mm512_set1_epi32(static_cast<int>(i));
        const auto put = [&](__m128i quarter, std::size_t at) {
            _mm512_storeu_si512(out + count + at, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(quarter)));
        };
        put(_mm512_castsi512_si128(listed), 0);
        put(_mm512_extracti32x4_epi32(listed, 1), 16);
        const auto edges_here = static_cast<std::size_t>(__builtin_popcountll(edge));
        if (edges_here > 32) {
            put(_mm512_extracti32x4_epi32(listed, 2), 32);
            put(_mm512_extracti32x4_epi32(listed, 3), 48);
        }
        count += edges_here;
    }
    return count;
}
