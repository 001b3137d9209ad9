// From a term's hash to its row: the frozen vocabulary as text is scored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pointsman/aligned.h"

namespace pointsman {

/// Terms in UTF-8, concatenated; term i is bytes[offsets[i] .. offsets[i + 1]).
struct TermList {
    std::span<const std::uint8_t> bytes;
    std::span<const std::uint32_t> offsets;

    std::size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
};

/// Open addressing by cache lines: a bucket is 8 slots of 8 bytes, a slot is 39 bits of the hash and 24 of
/// the row; the bucket number is the hash's low bits. An unknown n-gram is taken for a known one with odds of
/// about (terms in its bucket) / 2^39, that is 1e-11 a look-up.
class TermTable {
public:
    static constexpr std::size_t max_terms = (std::size_t{1} << 24) - 2;

    /// Throws std::invalid_argument if two terms are the same, or collide (odds 1e-7 for 100 000 terms).
    explicit TermTable(const TermList& terms);

    std::size_t size() const { return size_; }

    /// Hints that this hash will be looked up soon.
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(slots_.data() + (hash & mask_) * 8); }

    /// Writes the rows of the known ones, in order; returns how many. `rows` has room for all, plus one.
    std::size_t find(std::span<const std::uint64_t> hashes, std::uint32_t* rows) const;

private:
    std::size_t size_;
    std::uint64_t mask_;
    AlignedVector<std::uint64_t> slots_;
};

}  // namespace pointsman
