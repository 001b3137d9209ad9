// Columns, counts and tf-idf rows by the book, in doubles: what tfidf() and Scorer must agree with.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check.h"
#include "naive_ngrams.h"
#include "pointsman/tfidf.h"
#include "pointsman/vocabulary.h"

namespace pointsman::test {

/// By term: in how many texts it occurs.
inline std::map<std::string, std::uint32_t> naive_frequencies(std::span<const std::u16string_view> texts,
                                                              const NgramOptions& options) {
    std::map<std::string, std::uint32_t> frequencies;
    for (const auto text : texts) {
        const auto terms = naive_ngrams(text, options);
        for (const auto& term : std::set<std::string>(terms.begin(), terms.end())) ++frequencies[term];
    }
    return frequencies;
}

/// The columns of a vocabulary, or of 2^hash_bits buckets, in both forms: the core's and the naive one.
class Columns {
public:
    explicit Columns(const std::map<std::string, std::uint32_t>& frequencies) : hash_bits_(0) {
        std::vector<std::uint64_t> hashes;
        for (const auto& [term, documents] : frequencies) {
            of_term_.emplace(term, static_cast<std::uint32_t>(hashes.size()));
            hashes.push_back(hash_term(term));
        }
        built_ = build_term_table(hashes);
        columns_.emplace(built_);
    }
    explicit Columns(unsigned hash_bits) : hash_bits_(hash_bits) { columns_.emplace(hash_bits); }
    Columns(const Columns&) = delete;
    Columns& operator=(const Columns&) = delete;

    const TermColumns& core() const { return *columns_; }
    std::size_t count() const { return columns_->count(); }
    /// Empty with buckets.
    std::span<const std::uint32_t> place_of_term() const { return built_.place_of_term; }

    std::optional<std::uint32_t> find(const std::string& term) const {
        if (hash_bits_ != 0) return static_cast<std::uint32_t>(hash_term(term) >> (64 - hash_bits_));
        const auto found = of_term_.find(term);
        return found == of_term_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    unsigned hash_bits_;
    std::map<std::string, std::uint32_t> of_term_;
    BuiltTermTable built_;
    std::optional<TermColumns> columns_;
};

/// Of the columns that a text has: how often.
inline std::map<std::uint32_t, std::uint32_t> naive_counts(std::u16string_view text,
                                                           const NgramOptions& options,
                                                           const Columns& columns) {
    std::map<std::uint32_t, std::uint32_t> counts;
    for (const auto& term : naive_ngrams(text, options)) {
        if (const auto column = columns.find(term)) ++counts[*column];
    }
    return counts;
}

/// A count as it weighs in the row, and in the square of the norm.
struct TermWeight {
    double row;
    double square;
};

inline TermWeight naive_weight(std::uint32_t count, const TermOptions& options) {
    const double tf = options.sublinear_tf ? 1 + std::log(count) : count;
    return {tf, options.norm == Norm::l2 ? tf * tf : tf};
}

/// The values of a row by column, those that are 0 left out.
inline std::map<std::uint32_t, double> naive_row(std::u16string_view text, const TermOptions& options,
                                                 const Columns& columns, std::span<const float> idf) {
    std::map<std::uint32_t, double> row;
    double squares = 0;
    for (const auto& [column, count] : naive_counts(text, options.ngrams, columns)) {
        if (idf[column] == 0) continue;
        const TermWeight weight = naive_weight(count, options);
        row[column] = weight.row * idf[column];
        squares += weight.square * idf[column] * idf[column];
    }
    for (auto& [column, value] : row) value /= std::sqrt(squares);
    return row;
}

/// Between 1 and 6; a few are 0: columns that are left out.
inline std::vector<float> random_idf(Random& random, std::size_t count) {
    std::vector<float> idf(count);
    for (auto& x : idf) x = below(random, 10) == 0 ? 0 : static_cast<float>(1 + 5 * random.uniform());
    return idf;
}

}  // namespace pointsman::test
