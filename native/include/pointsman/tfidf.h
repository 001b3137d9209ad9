// Term frequency times inverse document frequency.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pointsman/csr.h"
#include "pointsman/progress.h"
#include "pointsman/terms.h"
#include "pointsman/threads.h"

namespace pointsman {

/// Columns of a matrix: the terms of a vocabulary in their order, or the buckets of the hashing trick.
class TermColumns {
public:
    /// `built` must live as long.
    explicit TermColumns(const BuiltTermTable& built);
    explicit TermColumns(unsigned hash_bits);

    std::size_t count() const { return count_; }
    const TermIndex& index() const { return index_; }
    /// Of a row of the index; count() if that row is free, or the one of everything unknown.
    std::uint32_t of_row(std::uint32_t row) const { return columns_.empty() ? row - 1 : columns_[row]; }

private:
    TermIndex index_;
    std::size_t count_;
    std::vector<std::uint32_t> columns_;
};

/// [texts x columns], rows scaled as options.norm says; `idf` is [columns]. With norm "l2" as scikit-learn's
/// TfidfVectorizer. A text without known terms has an empty row.
Csr tfidf(std::span<const std::u16string_view> texts, const TermColumns& columns, const TermOptions& options,
          std::span<const float> idf, Threads& threads, const Progress& progress);

/// [columns]: in how many texts each occurs.
std::vector<std::uint32_t> document_frequency(std::span<const std::u16string_view> texts,
                                              const TermColumns& columns, const NgramOptions& ngrams,
                                              const Progress& progress);

}  // namespace pointsman
