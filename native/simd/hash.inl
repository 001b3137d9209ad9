// The hashing kernels of TextKernels, written once and compiled per instruction set.

#include "core/hash_word.inl"

/// Bytes of the code point that a byte leads.
static constexpr auto point_bytes = [] {
    std::array<std::uint8_t, 256> bytes{};
    for (unsigned i = 0; i < 256; ++i) bytes[i] = i < 0xC0 ? 1 : i < 0xE0 ? 2 : i < 0xF0 ? 3 : 4;
    return bytes;
}();

/// A copy for each value of `keeps_single`, so that the loop need not ask.
POINTSMAN_INLINE std::size_t hash_words(const std::uint8_t* bytes, std::uint32_t* edges,
                                        std::size_t edge_count, bool keeps_single, std::uint64_t* hashes) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < edge_count; i += 2) {
        // Both edges in one register; compilers make a detour through vectors of two loads.
        std::uint64_t pair;
        std::memcpy(&pair, edges + i, sizeof pair);
        const auto start = static_cast<std::uint32_t>(pair);
        const auto size = static_cast<std::uint32_t>(pair >> 32) - start;
        // Written always, kept or not: no branch to guess.
        std::memcpy(edges + 2 * kept, &pair, sizeof pair);
        hashes[kept] = hash_word(bytes + start, size);
        kept += keeps_single || size > point_bytes[bytes[start]];
    }
    return kept;
}

static std::size_t hash(const std::uint8_t* bytes, std::uint32_t* edges, std::size_t edge_count,
                        bool keeps_single, std::uint64_t* hashes) {
    return keeps_single ? hash_words(bytes, edges, edge_count, true, hashes)
                        : hash_words(bytes, edges, edge_count, false, hashes);
}

static void append(const std::uint64_t* grams, const std::uint64_t* words, std::size_t n,
                   std::uint64_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = hash_append(grams[i], words[i]);
}
