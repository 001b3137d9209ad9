// Why a text has the scores it has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pointsman/scorer.h"

namespace pointsman {

/// The effect of a feature on a model is P(z) - P(z without what the feature adds to z): what the score would
/// lose without it. The text's norm stays as it is.
struct Explanation {
    struct Cluster {
        std::size_t part;
        std::size_t cluster;
        /// Of the part's P: 1 where the nearest cluster alone counts.
        float share;
    };
    struct Neighbor {
        std::size_t part;
        std::size_t row;
        float cosine;
    };

    /// Distinct n-grams that are known, in the form of NgramHasher::term, in text order; then words that
    /// only the word vectors know. N-grams in one bucket of the hashing trick count as the first of them
    /// where the norm counts repetitions.
    std::vector<std::string> terms;
    /// [terms x models]
    std::vector<float> effects;
    /// [surface_count x models], or empty: effects of how far each surface feature is from its mean.
    std::vector<float> surface;
    TermCount count;
    /// The nearest cluster of each part that is clusters.
    std::vector<Cluster> clusters;
    /// Those that vote, nearest first, one part after another.
    std::vector<Neighbor> neighbors;
};

/// Not for the hot path: allocates a scorer. `embedding` as in Scorer::score.
Explanation explain(const ScoringModel& model, std::u16string_view text, const float* embedding = nullptr);

}  // namespace pointsman
