// The hot path: text in, one score a model out, in one pass and without allocation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pointsman/aligned.h"
#include "pointsman/blend.h"
#include "pointsman/scoring_model.h"

namespace pointsman {

/// The stages of the path, each after the one before.
enum class Stage { words, hashes, lookup };

/// N-grams of a text, repetitions included.
struct TermCount {
    std::size_t known;
    std::size_t total;
};

/// z_j = x . W[:, j] + bias_j with x the text's row of features, never built: one sum over the rows of the
/// text's terms gives |x|^2 and every z_j before scaling.
///
/// Holds the scratch memory: one for each thread, over one model that all of them share.
class Scorer {
public:
    /// `max_units`: longest text read, in UTF-16 units. The model must outlive the scorer.
    Scorer(const ScoringModel& model, std::size_t max_units);

    /// Writes [models] scores and, unless null, z of the heads of all clusters. `embedding` has
    /// model.embedding_size numbers. Where no n-gram is known they have no part in the output.
    TermCount score(std::u16string_view text, float* scores, float* affinities = nullptr,
                    const float* embedding = nullptr);

    /// [heads]: of the text that was scored last.
    std::span<const float> z() const { return {z_.data(), model_.heads()}; }

    /// Does what score() does up to a stage and drops the result, to time it. Returns what keeps it from
    /// being left out.
    std::size_t run_to(Stage stage, std::u16string_view text);

    std::size_t max_units() const { return hasher_.cutter().max_units(); }

private:
    /// z_ = bias + the rows of the terms.
    TermCount add_terms(std::u16string_view text);
    /// z_ += the other blocks of features.
    void add_vectors();
    void add_surface();
    void add_embedding(const float* embedding);
    void sum_in_pieces(std::span<const std::uint64_t> hashes);
    void sum(std::span<const std::uint64_t> hashes, float* sums);
    void copy_affinities(float* affinities) const;

    const ScoringModel& model_;
    Blend blend_;
    NgramHasher hasher_;
    /// Where the norm needs counts.
    std::optional<TermTally> tally_;
    std::size_t stride_;
    /// [n-grams]: of the text in hand.
    std::unique_ptr<std::uint32_t[]> rows_;
    /// [stride]: bias, zeros.
    AlignedVector<float> bias_;
    AlignedVector<float> scales_;
    /// [features x stride]: weights of the model, with zeros up to the stride.
    AlignedVector<float> surface_weights_;
    AlignedVector<float> embedding_weights_;
    /// [surface_count]: of the text in hand.
    std::vector<float> surface_;
    /// [stride]: of the text in hand.
    AlignedVector<float> sums_;
    AlignedVector<float> piece_;
    AlignedVector<float> z_;
};

}  // namespace pointsman
