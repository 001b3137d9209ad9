// The hot path: text in, one score a model out, in one pass and without allocation.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pointsman/aligned.h"
#include "pointsman/term_counts.h"
#include "pointsman/tfidf.h"

namespace pointsman {

struct ScorerOptions {
    TfidfOptions features;
    /// [terms x heads]
    std::span<const float> weights;
    /// [heads]
    std::span<const float> bias;
    /// [heads x models]: the output is the row of the head with the largest z. Empty: the output is
    /// sigmoid(z).
    std::span<const float> rates;
    std::size_t models;
    /// Longest text read whole, in UTF-16 units, at least 2. Of a longer one the caller passes head and tail.
    std::size_t max_units;
};

/// z_j = x . W[:, j] + bias_j with x the text's tf-idf vector, never built: a row of the table holds idf^2
/// and idf * W[i][j], so one sum over the text's terms gives |x|^2 and every z_j before scaling.
///
/// Not for two threads at once: the scratch memory is its own.
class Scorer {
public:
    explicit Scorer(const ScorerOptions& options);
    /// The counter refers to the table beside it.
    Scorer(const Scorer&) = delete;
    Scorer& operator=(const Scorer&) = delete;

    /// Writes [models] scores. `text` has at most max_units() + 1 units. Returns the known n-grams in the
    /// text, repetitions included; with 0 the output is that of the bias alone.
    std::size_t score(std::u16string_view text, float* output);

    std::size_t models() const { return models_; }
    std::size_t max_units() const { return max_units_; }

private:
    TermTable table_;
    TermCounter counter_;
    std::size_t heads_;
    std::size_t models_;
    std::size_t max_units_;
    /// Floats of a row: 1 + heads, rounded up to whole blocks of lanes.
    std::size_t stride_;
    /// [terms x stride]: idf^2, idf * weights, zeros.
    AlignedVector<float> rows_;
    /// [stride]: 0, bias, zeros.
    AlignedVector<float> bias_;
    std::vector<float> rates_;
    /// [stride]: |x|^2 and the z of the text in hand.
    AlignedVector<float> sums_;
};

}  // namespace pointsman
