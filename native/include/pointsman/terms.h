// N-grams as columns of a matrix: which ones a text has, and how often.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "pointsman/ngrams.h"
#include "pointsman/term_table.h"

namespace pointsman {

/// How a row of terms is scaled; tf is a term's count in the text, or 1 + ln(count) if sublinear.
enum class Norm {
    /// By 1 / sqrt(sum (tf idf)^2), to unit length.
    l2,
    /// By 1 / sqrt(sum count idf^2): that of the row without repetitions. Needs no counting, so scoring is
    /// faster. Counts are not sublinear then.
    occurrence,
};

struct TermOptions {
    NgramOptions ngrams;
    bool sublinear_tf;
    Norm norm;
};

/// Either a vocabulary, with a row for each term and some free ones, or the hashing trick (Weinberger et al.
/// 2009) without signs: as many rows as a power of two, and every n-gram has one.
class TermIndex {
public:
    static constexpr unsigned least_hash_bits = 4;
    static constexpr unsigned most_hash_bits = 24;

    explicit TermIndex(const TermTable& table) : table_(table), hash_bits_(0) {}
    /// least_hash_bits <= hash_bits <= most_hash_bits.
    explicit TermIndex(unsigned hash_bits) : hash_bits_(hash_bits) {}

    /// Null with the hashing trick.
    const TermTable* table() const { return table_ ? &*table_ : nullptr; }
    /// Row 0, which is that of everything unknown, included.
    std::size_t rows() const { return 1 + (table_ ? table_->places : std::size_t{1} << hash_bits_); }

    /// rows[i] = the row of hashes[i], or 0 if it is unknown.
    void find(std::span<const std::uint64_t> hashes, std::uint32_t* rows) const;

private:
    std::optional<TermTable> table_;
    unsigned hash_bits_;
};

/// Counts repetitions.
class TermTally {
public:
    /// Up to `most` n-grams a text.
    TermTally(const TermIndex& index, std::size_t most, bool sublinear);

    /// One weight for each: at a term's first place its tf, at its other places 0. Valid until the next call.
    std::span<const float> weigh(std::span<const std::uint32_t> rows);

private:
    float frequency(std::uint32_t count) const;

    bool sublinear_;
    /// [rows], all 0 between calls.
    std::vector<std::uint32_t> counts_;
    std::unique_ptr<float[]> weights_;
};

}  // namespace pointsman
