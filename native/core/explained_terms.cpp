#include "core/explained_terms.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "simd/kernels.h"

namespace pointsman {
namespace {

class Terms {
public:
    explicit Terms(std::size_t heads) : heads_(heads) {}

    /// Adds `factor` times what a row stands for.
    void add(const std::string& name, const RowsView& rows, std::uint32_t row, double factor) {
        const auto [entry, is_new] = places_.try_emplace(name, list_.size());
        if (is_new) list_.push_back({name, std::vector<float>(heads_)});
        std::vector<float>& added = list_[entry->second].added;
        for (std::size_t j = 0; j < heads_; ++j)
            added[j] += static_cast<float>(factor * rows.rows[row * rows.stride + j] * rows.scales[j]);
    }

    std::vector<ExplainedTerm> take() { return std::move(list_); }

private:
    std::size_t heads_;
    std::vector<ExplainedTerm> list_;
    std::map<std::string, std::size_t> places_;
};

double lane(const RowsView& rows, std::uint32_t row, std::size_t from_end) {
    const std::size_t at = rows.stride - from_end;
    return static_cast<double>(rows.rows[row * rows.stride + at]) * rows.scales[at];
}

bool is_known(const RowsView& rows, std::uint32_t row) { return lane(rows, row, 2) > 0; }

void add_terms(const ScoringModel& model, std::u16string_view text, Terms& out) {
    NgramHasher hasher(model.options.ngrams, text.size());
    const auto hashes = hasher.hash(text);
    std::vector<std::uint32_t> rows(hashes.size());
    model.index.find(hashes, rows.data());
    std::vector<float> weights(rows.size(), 1);
    if (model.options.norm == Norm::l2) {
        TermTally tally(model.index, rows.size(), model.options.sublinear_tf);
        const auto weighed = tally.weigh(rows);
        weights.assign(weighed.begin(), weighed.end());
    }
    double squares = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        squares += double{weights[i]} * weights[i] * lane(model.terms, rows[i], 1);
    if (squares <= 0) return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (weights[i] == 0 || !is_known(model.terms, rows[i])) continue;
        out.add(hasher.term(i), model.terms, rows[i], weights[i] / std::sqrt(squares));
    }
}

void add_words(const ScoringModel& model, std::u16string_view text, Terms& out) {
    const auto& [table, view] = *model.vectors;
    NgramHasher hasher({{1, 1}}, text.size());
    const auto found = hasher.hash(text);
    const auto words = found.first(std::min(found.size(), most_rows));
    std::vector<std::uint32_t> rows(words.size());
    kernels().score.find(table, words.data(), words.size(), rows.data());
    double known = 0;
    for (const std::uint32_t row : rows) known += lane(view, row, 2);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (is_known(view, rows[i])) out.add(hasher.term(i), view, rows[i], 1 / known);
    }
}

}  // namespace

std::vector<ExplainedTerm> explained_terms(const ScoringModel& model, std::u16string_view text) {
    Terms out(model.heads());
    add_terms(model, text, out);
    if (model.vectors) add_words(model, text, out);
    return out.take();
}

}  // namespace pointsman
