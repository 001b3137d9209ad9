// A router as it is scored: linear heads over the features of a text, in the arrays of a router file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pointsman/parts.h"
#include "pointsman/terms.h"

namespace pointsman {

/// Rows of `stride` lanes of 16 bits, row 0 all zeros. Lanes 0 .. heads are a term's weight in each head, the
/// last one but one is 1, the last one its share of the norm, the others 0; lane j counts in units of
/// scales[j]. Borrowed.
struct RowsView {
    std::size_t stride;
    std::span<const std::int16_t> rows;
    std::span<const float> scales;
};

/// Everything a Scorer reads; borrowed, never written, and so shared by any number of threads.
struct ScoringModel {
    std::size_t models;
    /// At least one; their heads lie one part after another.
    std::vector<Part> parts;
    /// [models x knots], or empty for none: see LinearHeads.calibration in src/models/estimator.ts.
    std::span<const float> calibration;
    /// [heads]
    std::span<const float> bias;

    TermIndex index;
    TermOptions options;
    RowsView terms;

    /// Static word vectors, folded into the heads: z += mean over the known words of their rows.
    struct FoldedVectors {
        TermTable table;
        RowsView rows;

        FoldedVectors(const TermTable& of, const RowsView& in) : table(of), rows(in) {}
    };
    std::optional<FoldedVectors> vectors;

    /// [surface_count x heads], or empty for none.
    std::span<const float> surface;
    /// [surface_count]: means over the training prompts, which explanations measure from.
    std::span<const float> surface_means{};
    /// [embedding_size x heads]: of a vector that comes with the text.
    std::span<const float> embedding;
    std::size_t embedding_size = 0;

    std::size_t heads() const { return bias.size(); }
    /// Heads of all parts that are clusters.
    std::size_t clusters() const;
};

/// Owned rows.
struct Rows {
    std::size_t stride;
    std::vector<std::int16_t> rows;
    std::vector<float> scales;

    RowsView view() const { return {stride, rows, scales}; }
};

/// Lanes of a row for so many heads.
std::size_t row_stride(std::size_t heads);

/// Term t goes to row 1 + place_of_term[t] of `count`, or to row 1 + t if that is empty: weights idf * W,
/// share idf^2. `weights` is [terms x heads]. Each lane is rounded to one part in 32767 of its largest
/// number.
Rows compile_rows(std::size_t count, std::span<const std::uint32_t> place_of_term, std::span<const float> idf,
                  std::span<const float> weights, std::size_t heads);

}  // namespace pointsman
