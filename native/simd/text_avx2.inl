// Text kernels for AVX2: compares classify 32 bytes, two halves make a 64-bit mask, its set bits are the
// edges.

static std::size_t narrow(const char16_t* text, std::size_t n, std::uint8_t* out) {
    std::size_t done = 0;
    for (; done + narrow_block <= n; done += narrow_block) {
        const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + done));
        const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + done + 16));
        if (!_mm256_testz_si256(_mm256_or_si256(a, b), _mm256_set1_epi16(static_cast<short>(0xff80))))
            return done;
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + done), packed);
    }
    // What is left is shorter than a block.
    unsigned seen = 0;
    for (std::size_t i = done; i < n; ++i) {
        seen |= text[i];
        out[i] = static_cast<std::uint8_t>(text[i]);
    }
    return seen > 0x7f ? done : n;
}

POINTSMAN_INLINE __m256i in_range(__m256i bytes, char first, char last) {
    const __m256i offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
    const __m256i limit = _mm256_set1_epi8(static_cast<char>(last - first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, limit), offset);
}

/// Lowers 32 bytes in place; bit i of the result: byte i belongs to a word.
POINTSMAN_INLINE std::uint64_t lower_block(std::uint8_t* bytes) {
    auto* place = reinterpret_cast<__m256i*>(bytes);
    const __m256i text = _mm256_loadu_si256(place);
    const __m256i capital = _mm256_and_si256(in_range(text, 'A', 'Z'), _mm256_set1_epi8(0x20));
    const __m256i lower = _mm256_or_si256(text, capital);
    _mm256_storeu_si256(place, lower);
    const __m256i alphanumeric = _mm256_or_si256(in_range(lower, 'a', 'z'), in_range(lower, '0', '9'));
    const __m256i underscore = _mm256_cmpeq_epi8(lower, _mm256_set1_epi8('_'));
    // movemask reads the top bit, and a byte of 0x80 or more carries its own.
    const __m256i word = _mm256_or_si256(_mm256_or_si256(alphanumeric, underscore), text);
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(word));
}

static std::size_t edges(std::uint8_t* bytes, std::size_t n, std::uint32_t* out) {
    std::size_t count = 0;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i <= n; i += 64) {
        const std::uint64_t word = lower_block(bytes + i) | lower_block(bytes + i + 32) << 32;
        std::uint64_t edge = word ^ (word << 1 | carry);
        carry = word >> 63;
        for (; edge != 0; edge &= edge - 1) {
            out[count++] = static_cast<std::uint32_t>(i + static_cast<unsigned>(__builtin_ctzll(edge)));
        }
    }
    return count;
}
