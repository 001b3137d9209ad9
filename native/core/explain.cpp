#include "pointsman/explain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "core/explained_terms.h"
#include "core/nearest_rows.h"
#include "pointsman/surface.h"

namespace pointsman {
namespace {

/// Scores without one feature after another.
class Masks {
public:
    Masks(const ScoringModel& model, std::span<const float> z, std::vector<float> scores)
        : blend_(model), z_(z), scores_(std::move(scores)), masked_(z.size()) {}

    /// Appends the effect of what adds so much to z.
    void append_effect(std::span<const float> added, std::vector<float>& effects) {
        for (std::size_t j = 0; j < z_.size(); ++j) masked_[j] = z_[j] - added[j];
        const std::size_t begin = effects.size();
        effects.resize(begin + scores_.size());
        blend_.score(masked_.data(), effects.data() + begin);
        for (std::size_t m = 0; m < scores_.size(); ++m) effects[begin + m] = scores_[m] - effects[begin + m];
    }

private:
    Blend blend_;
    std::span<const float> z_;
    std::vector<float> scores_;
    std::vector<float> masked_;
};

void explain_surface(const ScoringModel& model, std::u16string_view text, Masks& masks,
                     std::vector<float>& effects) {
    const std::vector<float> features = surface_matrix(std::array{text});
    std::vector<float> added(model.heads());
    for (std::size_t i = 0; i < surface_count; ++i) {
        for (std::size_t j = 0; j < added.size(); ++j) {
            added[j] = (features[i] - model.surface_means[i]) * model.surface[i * added.size() + j];
        }
        masks.append_effect(added, effects);
    }
}

Explanation::Cluster nearest_cluster(const Part& part, std::size_t index, std::span<const float> z) {
    const auto nearest = static_cast<std::size_t>(std::max_element(z.begin(), z.end()) - z.begin());
    if (part.kind == PartKind::nearest) return {index, nearest, 1};
    double total = 0;
    for (const float x : z) total += std::exp(double{x} - z[nearest]);
    return {index, nearest, static_cast<float>(1 / total)};
}

void append_neighbors(const Part& part, std::size_t index, std::size_t models, std::span<const float> z,
                      std::vector<Explanation::Neighbor>& out) {
    double square = 0;
    for (const float x : z) square += double{x} * x;
    NearestRows nearest(part, models);
    for (const Candidate& candidate : nearest.find(z.data())) {
        if (candidate.score <= 0) break;
        out.push_back({index, candidate.index, static_cast<float>(candidate.score / std::sqrt(square))});
    }
}

}  // namespace

Explanation explain(const ScoringModel& model, std::u16string_view text, const float* embedding) {
    Scorer scorer(model, text.size());
    std::vector<float> scores(model.models);
    Explanation out;
    out.count = scorer.score(text, scores.data(), nullptr, embedding);
    Masks masks(model, scorer.z(), std::move(scores));
    for (const ExplainedTerm& term : explained_terms(model, text)) {
        out.terms.push_back(term.name);
        masks.append_effect(term.added, out.effects);
    }
    if (!model.surface.empty()) explain_surface(model, text, masks, out.surface);
    for (std::size_t i = 0; i < model.parts.size(); ++i) {
        const Part& part = model.parts[i];
        const auto z = scorer.z().subspan(part.first, part.heads);
        if (part.is_clusters()) out.clusters.push_back(nearest_cluster(part, i, z));
        if (part.kind == PartKind::neighbors) append_neighbors(part, i, model.models, z, out.neighbors);
    }
    return out;
}

}  // namespace pointsman
