// The hash of a word. Included where `low_bits(value, n)`, the low n <= 255 bits of a number (all of them
// from 64 on), is defined: instruction sets have different ways to it, and each gets its own copy of this.

/// n >= 1; no byte is 0, so that none need be told from the zeros behind the end. Reads 16 bytes from p on,
/// and from every 16th byte of a longer word.
POINTSMAN_HASH_INLINE std::uint64_t hash_word(const std::uint8_t* p, std::size_t n) {
    const auto piece = [&](unsigned bits, std::uint64_t hash) {
        std::uint64_t low;
        std::uint64_t high;
        std::memcpy(&low, p, sizeof low);
        std::memcpy(&high, p + 8, sizeof high);
        return mix(low_bits(low, bits) ^ 0xA0761D6478BD642Fu,
                   low_bits(high, bits > 64 ? bits - 64 : 0) ^ 0xE7037ED1A0B428DBu ^ hash);
    };
    std::uint64_t hash = 0;
    while (__builtin_expect(n > 16, 0)) {
        hash = piece(128, hash);
        p += 16;
        n -= 16;
    }
    return piece(static_cast<unsigned>(8 * n), hash);
}
