// From an n-gram's hash to the place of its term.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pointsman {

/// Terms in UTF-8, concatenated; term i is bytes[offsets[i] .. offsets[i + 1]).
struct TermList {
    std::span<const std::uint8_t> bytes;
    std::span<const std::uint32_t> offsets;

    std::size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
};

/// A perfect hash by displacement (hash and displace: Belazzougui, Botelho, Dietzfelbinger 2009): the low
/// bits of a hash choose a multiplier, the product's top bits the one place at which the term can lie. So a
/// look-up is two loads from small arrays and no branch, for known n-grams and for unknown ones.
///
/// An unknown n-gram is taken for a known one with odds of 2^-32. At a free place lies tag 0, which an n-gram
/// may have too: what belongs to a free place must be without effect. Borrowed: may lie in a mapped file. Any
/// contents are safe to look up in.
struct TermTable {
    static constexpr std::size_t max_terms = (std::size_t{1} << 24) - 2;

    /// A power of two of them; throws std::invalid_argument if not, or if there are more places than
    /// max_terms need.
    TermTable(std::span<const std::uint16_t> multipliers, std::span<const std::uint32_t> tags);

    const std::uint16_t* multipliers;
    /// [places]: the low 32 bits of the term's hash; 0 where no term lies.
    const std::uint32_t* tags;
    std::uint32_t bucket_mask;
    /// Length of `tags`: the terms and some free places.
    std::uint32_t places;
};

/// The arrays of a TermTable, and where the terms went.
struct BuiltTermTable {
    std::vector<std::uint16_t> multipliers;
    std::vector<std::uint32_t> tags;
    /// [terms]
    std::vector<std::uint32_t> place_of_term;

    TermTable view() const { return {multipliers, tags}; }
};

/// Throws std::invalid_argument if two hashes are the same (odds 1e-9 for 100 000 different terms), or if
/// there are more than max_terms.
BuiltTermTable build_term_table(std::span<const std::uint64_t> hashes);

/// The same for terms as text.
BuiltTermTable build_term_table(const TermList& terms);

}  // namespace pointsman
