// Class masks in plain C++: table look-ups, and eight bytes of class bits turned over at a time.

/// Bit j of byte k becomes bit k of byte j.
POINTSMAN_INLINE std::uint64_t transpose_bits(std::uint64_t x) {
    std::uint64_t t = (x ^ x >> 7) & 0x00AA00AA00AA00AAu;
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & 0x0000CCCC0000CCCCu;
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & 0x00000000F0F0F0F0u;
    return x ^ t ^ t << 28;
}

static constexpr auto class_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) table[byte] = surface::classes_of(byte);
    return table;
}();

POINTSMAN_INLINE surface::Masks classify(const std::uint8_t* bytes) {
    surface::Masks masks{};
    for (unsigned first = 0; first < 64; first += 8) {
        std::uint64_t groups[surface::class_groups] = {};
        for (unsigned i = 0; i < 8; ++i) {
            const std::uint8_t byte = bytes[first + i];
            masks.high |= std::uint64_t{byte >= 0x80} << (first + i);
            for (unsigned g = 0; g < surface::class_groups; ++g) {
                groups[g] |= std::uint64_t{class_table[byte] >> (8 * g) & 0xff} << (8 * i);
            }
        }
        for (unsigned g = 0; g < surface::class_groups; ++g) {
            const std::uint64_t turned = transpose_bits(groups[g]);
            for (unsigned k = 0; k < 8; ++k) masks.of[8 * g + k] |= (turned >> (8 * k) & 0xff) << first;
        }
    }
    return masks;
}
