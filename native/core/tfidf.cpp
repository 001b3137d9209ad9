#include "pointsman/tfidf.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "core/texts.h"

namespace pointsman {
namespace {

using Entry = std::pair<std::uint32_t, double>;

/// Texts between two reports of progress.
constexpr std::size_t report_every = 256;

/// Finds the columns of one text after another.
class ColumnFinder {
public:
    ColumnFinder(const TermColumns& columns, const NgramOptions& ngrams, std::size_t max_units)
        : columns_(columns), hasher_(ngrams, max_units), rows_(hasher_.most_ngrams()) {}

    /// Rows of the index, one for each n-gram.
    std::span<const std::uint32_t> find(std::u16string_view text) {
        const auto hashes = hasher_.hash(text);
        columns_.index().find(hashes, rows_.data());
        return std::span(rows_).first(hashes.size());
    }

    std::size_t most_ngrams() const { return hasher_.most_ngrams(); }

private:
    const TermColumns& columns_;
    NgramHasher hasher_;
    std::vector<std::uint32_t> rows_;
};

class RowMaker {
public:
    RowMaker(const TermColumns& columns, const TermOptions& options, std::span<const float> idf,
             std::size_t max_units)
        : columns_(columns),
          finder_(columns, options.ngrams, max_units),
          tally_(columns.index(), finder_.most_ngrams(), options.sublinear_tf),
          norm_(options.norm),
          idf_(idf) {}

    void append(std::u16string_view text, Csr& out) {
        const auto rows = finder_.find(text);
        const auto weights = tally_.weigh(rows);
        entries_.clear();
        double squares = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::uint32_t column = columns_.of_row(rows[i]);
            const double tf = weights[i];
            if (column == columns_.count() || tf == 0 || idf_[column] == 0) continue;
            const double idf = idf_[column];
            entries_.emplace_back(column, tf * idf);
            squares += (norm_ == Norm::l2 ? tf * tf : tf) * idf * idf;
        }
        std::sort(entries_.begin(), entries_.end());
        const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
        for (const auto& [column, value] : entries_) {
            out.indices.push_back(column);
            out.values.push_back(static_cast<float>(value * scale));
        }
        out.indptr.push_back(static_cast<std::uint32_t>(out.indices.size()));
    }

private:
    const TermColumns& columns_;
    ColumnFinder finder_;
    TermTally tally_;
    Norm norm_;
    std::span<const float> idf_;
    std::vector<Entry> entries_;
};

Csr join(std::span<Csr> pieces, std::size_t columns) {
    Csr out{.rows = 0, .columns = columns, .indptr = {0}, .indices = {}, .values = {}};
    std::size_t entries = 0;
    for (const Csr& piece : pieces) entries += piece.values.size();
    if (entries > UINT32_MAX) throw std::length_error("the matrix has more than 2^32 entries");
    out.indices.reserve(entries);
    out.values.reserve(entries);
    for (Csr& piece : pieces) {
        const auto before = static_cast<std::uint32_t>(out.indices.size());
        for (const std::uint32_t end : piece.indptr) out.indptr.push_back(before + end);
        out.indices.insert(out.indices.end(), piece.indices.begin(), piece.indices.end());
        out.values.insert(out.values.end(), piece.values.begin(), piece.values.end());
        out.rows += piece.indptr.size();
        piece = {};
    }
    return out;
}

}  // namespace

TermColumns::TermColumns(const BuiltTermTable& built)
    : index_(built.view()),
      count_(built.place_of_term.size()),
      columns_(index_.rows(), static_cast<std::uint32_t>(count_)) {
    for (std::uint32_t i = 0; i < count_; ++i) columns_[1 + built.place_of_term[i]] = i;
}

TermColumns::TermColumns(unsigned hash_bits) : index_(hash_bits), count_(index_.rows() - 1) {}

Csr tfidf(Texts texts, const TermColumns& columns, const TermOptions& options, std::span<const float> idf,
          Threads& threads, const Progress& progress) {
    // A row depends on its text only, so the pieces may be as many as there are threads.
    std::vector<Csr> pieces(std::min(threads.count(), texts.size()));
    const std::size_t max_units = longest(texts);
    std::mutex reporting;
    std::uint32_t done = 0;
    threads.run(pieces.size(), [&](std::size_t p) {
        RowMaker maker(columns, options, idf, max_units);
        const std::size_t begin = texts.size() * p / pieces.size();
        const std::size_t end = texts.size() * (p + 1) / pieces.size();
        for (std::size_t i = begin; i < end; ++i) {
            maker.append(texts[i], pieces[p]);
            if ((i - begin + 1) % report_every != 0) continue;
            const std::lock_guard lock(reporting);
            report(progress, done += report_every, static_cast<std::uint32_t>(texts.size()));
        }
    });
    return join(pieces, columns.count());
}

std::vector<std::uint32_t> document_frequency(Texts texts, const TermColumns& columns,
                                              const NgramOptions& ngrams, const Progress& progress) {
    ColumnFinder finder(columns, ngrams, longest(texts));
    // One more for what is unknown.
    std::vector<std::uint32_t> frequency(columns.count() + 1);
    // The last text that had the term, counted from 1.
    std::vector<std::uint32_t> last(columns.count() + 1);
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        if (i % report_every == 0) report(progress, i, static_cast<std::uint32_t>(texts.size()));
        for (const std::uint32_t row : finder.find(texts[i])) {
            const std::uint32_t column = columns.of_row(row);
            frequency[column] += last[column] != i + 1;
            last[column] = i + 1;
        }
    }
    frequency.pop_back();
    return frequency;
}

}  // namespace pointsman
