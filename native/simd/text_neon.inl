// Text kernels for NEON: compares classify 16 bytes, four results fold into a 64-bit mask, its set bits are
// the edges.

static std::size_t narrow(const char16_t* text, std::size_t n, std::uint8_t* out) {
    std::size_t done = 0;
    for (; done + narrow_block <= n; done += narrow_block) {
        const auto* units = reinterpret_cast<const std::uint16_t*>(text + done);
        const uint16x8_t a = vld1q_u16(units), b = vld1q_u16(units + 8);
        const uint16x8_t c = vld1q_u16(units + 16), d = vld1q_u16(units + 24);
        if (vmaxvq_u16(vorrq_u16(vorrq_u16(a, b), vorrq_u16(c, d))) > 0x7f) return done;
        vst1q_u8(out + done, vcombine_u8(vmovn_u16(a), vmovn_u16(b)));
        vst1q_u8(out + done + 16, vcombine_u8(vmovn_u16(c), vmovn_u16(d)));
    }
    // What is left is shorter than a block.
    unsigned seen = 0;
    for (std::size_t i = done; i < n; ++i) {
        seen |= text[i];
        out[i] = static_cast<std::uint8_t>(text[i]);
    }
    return seen > 0x7f ? done : n;
}

POINTSMAN_INLINE uint8x16_t in_range(uint8x16_t bytes, std::uint8_t first, std::uint8_t last) {
    return vcleq_u8(vsubq_u8(bytes, vdupq_n_u8(first)), vdupq_n_u8(static_cast<std::uint8_t>(last - first)));
}

/// Lowers 16 bytes in place; byte i of the result is 0xff if that byte belongs to a word, else 0.
POINTSMAN_INLINE uint8x16_t lower_block(std::uint8_t* bytes) {
    const uint8x16_t text = vld1q_u8(bytes);
    const uint8x16_t lower = vorrq_u8(text, vandq_u8(in_range(text, 'A', 'Z'), vdupq_n_u8(0x20)));
    vst1q_u8(bytes, lower);
    const uint8x16_t alphanumeric = vorrq_u8(in_range(lower, 'a', 'z'), in_range(lower, '0', '9'));
    const uint8x16_t underscore = vceqq_u8(lower, vdupq_n_u8('_'));
    return vorrq_u8(vorrq_u8(alphanumeric, underscore), vcgeq_u8(text, vdupq_n_u8(0x80)));
}

/// Bit i: byte i of the four is not 0. Each byte keeps the bit of its place in eight; adding neighbours three
/// times gathers eight of them in one byte.
POINTSMAN_INLINE std::uint64_t to_mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
    const uint8x16_t ab = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    const uint8x16_t cd = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    const uint8x16_t abcd = vpaddq_u8(ab, cd);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(abcd, abcd)), 0);
}

static std::size_t edges(std::uint8_t* bytes, std::size_t n, std::uint32_t* out) {
    std::size_t count = 0;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i <= n; i += 64) {
        std::uint8_t* at = bytes + i;
        const std::uint64_t word =
            to_mask(lower_block(at), lower_block(at + 16), lower_block(at + 32), lower_block(at + 48));
        std::uint64_t edge = word ^ (word << 1 | carry);
        carry = word >> 63;
        for (; edge != 0; edge &= edge - 1) {
            out[count++] = static_cast<std::uint32_t>(i + static_cast<unsigned>(__builtin_ctzll(edge)));
        }
    }
    return count;
}
