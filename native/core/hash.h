// 64-bit hashes of words and n-grams. A term is its hash from here on: among d terms two share one with odds
// of about d^2 / 2^65 (2e-10 for 100 000 terms). Not meant to withstand someone who searches for collisions.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Inlined always: code for a special instruction set calls these, and must not share a copy with the rest.
#define POINTSMAN_HASH_INLINE inline __attribute__((always_inline))

namespace pointsman {

/// Folds the 128-bit product: every input bit reaches every output bit.
POINTSMAN_HASH_INLINE std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Hash of an n-gram followed by one more word. Both are mixed already, so that little is left to do.
POINTSMAN_HASH_INLINE std::uint64_t hash_append(std::uint64_t gram, std::uint64_t word) {
    return (std::rotl(gram, 23) ^ word) * 0x9E3779B97F4A7C15u;
}

/// What a TermTable keeps of a hash.
POINTSMAN_HASH_INLINE std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

/// The one place of a TermTable at which a term can lie, below `places`. The shifted multiplier moves also a
/// hash close to 0 or 2^63, whose product with any odd number is where the hash was.
POINTSMAN_HASH_INLINE std::uint32_t place_of(std::uint64_t hash, std::uint64_t multiplier,
                                             std::uint32_t places) {
    return static_cast<std::uint32_t>((((hash + (multiplier << 48)) * multiplier) >> 32) * places >> 32);
}

namespace baseline {
POINTSMAN_HASH_INLINE std::uint64_t low_bits(std::uint64_t value, unsigned n) {
    return n >= 64 ? value : value & ((std::uint64_t{1} << n) - 1);
}
#include "core/hash_word.inl"
}  // namespace baseline

}  // namespace pointsman
