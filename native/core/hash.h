// 64-bit hashes of words and n-grams. A term is its hash from here on: among d terms two share one with odds
// of about d^2 / 2^65 (2e-10 for 100 000 terms). Not meant to withstand someone who searches for collisions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pointsman {

/// Folds the 128-bit product: every input bit reaches every output bit.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The first n (at most 8) bytes at p as a number; reads 8.
inline std::uint64_t read_low(const std::uint8_t* p, std::size_t n) {
    std::uint64_t value;
    std::memcpy(&value, p, sizeof value);
    return n >= 8 ? value : value & ((std::uint64_t{1} << (8 * n)) - 1);
}

/// n >= 1. Reads up to 16 bytes from p on, and from every 16th byte of a longer word.
inline std::uint64_t hash_word(const std::uint8_t* p, std::size_t n) {
    std::uint64_t hash = n * 0x9E3779B97F4A7C15u;
    for (;; p += 16, n -= 16) {
        const std::uint64_t low = read_low(p, n);
        const std::uint64_t high = n > 8 ? read_low(p + 8, n - 8) : 0;
        hash = mix(low ^ 0xA0761D6478BD642Fu, high ^ 0xE7037ED1A0B428DBu ^ hash);
        if (n <= 16) return hash;
    }
}

/// Hash of an n-gram followed by one more word.
inline std::uint64_t hash_append(std::uint64_t gram, std::uint64_t word) {
    return mix(gram ^ 0x8EBC6AF09C88C6E3u, word ^ 0x589965CC75374CC3u);
}

}  // namespace pointsman
