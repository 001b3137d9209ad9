#include "pointsman/tfidf.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "pointsman/term_counts.h"

namespace pointsman {
namespace {

using Entry = std::pair<std::uint32_t, double>;

void append_row(Csr& out, std::vector<Entry>& row) {
    std::sort(row.begin(), row.end());
    double squares = 0;
    for (const auto& [column, value] : row) squares += value * value;
    const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (const auto& [column, value] : row) {
        out.indices.push_back(column);
        out.values.push_back(static_cast<float>(value * scale));
    }
    if (out.indices.size() > UINT32_MAX) throw std::length_error("the matrix has more than 2^32 entries");
    out.indptr.push_back(static_cast<std::uint32_t>(out.indices.size()));
}

}  // namespace

Csr tfidf(std::span<const std::u16string_view> texts, const TfidfOptions& options) {
    const TermTable table(options.terms);
    std::size_t longest = 0;
    for (const auto text : texts) longest = std::max(longest, text.size());
    TermCounter counter(table, options.ngrams, options.sublinear_tf, longest);
    Csr out{.rows = texts.size(), .columns = table.size(), .indptr = {0}, .indices = {}, .values = {}};
    std::vector<Entry> row;
    for (const auto text : texts) {
        const auto counts = counter.count(text);
        row.clear();
        for (std::size_t i = 0; i < counts.known; ++i) {
            const std::uint32_t column = counts.rows[i];
            if (counts.weights[i] > 0)
                row.emplace_back(column, double{counts.weights[i]} * options.idf[column]);
        }
        append_row(out, row);
    }
    return out;
}

}  // namespace pointsman
