#include "pointsman/blend.h"

#include <algorithm>
#include <cmath>

#include "core/nearest_rows.h"
#include "core/widen.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

std::size_t padded(std::size_t n) { return (n + lanes - 1) / lanes * lanes; }

bool all_one(std::span<const float> weights) {
    return std::all_of(weights.begin(), weights.end(), [](float w) { return w == 1; });
}

}  // namespace

Blend::Blend(const ScoringModel& model)
    : model_(model),
      width_(padded(model.models)),
      is_plain_(model.parts.size() == 1 && model.calibration.empty() && all_one(model.parts[0].weight)),
      p_(width_),
      votes_(width_),
      sum_(width_) {
    std::size_t most_heads = 0;
    for (const Part& part : model.parts) {
        const auto weight = widen(part.weight, model.models, width_);
        weights_.insert(weights_.end(), weight.begin(), weight.end());
        rates_.push_back(widen(part.rates, model.models, width_));
        nearest_.push_back(
            part.kind == PartKind::neighbors ? std::make_unique<NearestRows>(part, model.models) : nullptr);
        most_heads = std::max(most_heads, part.heads);
    }
    shares_.resize(padded(most_heads));
}

Blend::~Blend() = default;

void Blend::score(const float* z, float* scores) {
    if (is_plain_) {
        std::copy_n(evaluate(0, z), model_.models, scores);
        return;
    }
    std::fill(sum_.begin(), sum_.end(), 0.f);
    for (std::size_t part = 0; part < model_.parts.size(); ++part) {
        kernels().score.add_scaled(sum_.data(), evaluate(part, z), weights_.data() + part * width_, 1, width_,
                                   sum_.data());
    }
    std::copy_n(sum_.data(), model_.models, scores);
    if (!model_.calibration.empty()) calibrate(scores);
}

const float* Blend::evaluate(std::size_t index, const float* z) {
    const Part& part = model_.parts[index];
    const float* mine = z + part.first;
    switch (part.kind) {
        case PartKind::logistic:
            return logistic(mine);
        case PartKind::nearest: {
            const auto nearest = std::max_element(mine, mine + part.heads) - mine;
            return rates_[index].data() + static_cast<std::size_t>(nearest) * width_;
        }
        case PartKind::softmax:
            return softmax(index, mine);
        default:
            return neighbors(index, mine);
    }
}

const float* Blend::logistic(const float* z) {
    std::copy_n(z, model_.models, p_.data());
    kernels().score.sigmoid(p_.data(), width_);
    return p_.data();
}

const float* Blend::softmax(std::size_t index, const float* z) {
    const std::size_t heads = model_.parts[index].heads;
    std::copy_n(z, heads, shares_.data());
    kernels().score.softmax(shares_.data(), heads);
    std::fill(p_.begin(), p_.end(), 0.f);
    kernels().score.add_dense(shares_.data(), heads, rates_[index].data(), width_, p_.data());
    return p_.data();
}

const float* Blend::neighbors(std::size_t index, const float* z) {
    const NeighborTable& table = model_.parts[index].neighbors;
    const auto found = nearest_[index]->find(z);
    const float largest = found[0].score;
    for (std::size_t m = 0; m < model_.models; ++m) p_[m] = table.shrinkage * table.overall[m];
    std::fill(votes_.begin(), votes_.end(), table.shrinkage);
    for (const Candidate& candidate : found) {
        if (candidate.score <= 0) break;
        const float weight = candidate.score / largest;
        const float* labels = table.labels.data() + candidate.index * model_.models;
        for (std::size_t m = 0; m < model_.models; ++m) {
            const bool is_known = labels[m] == labels[m];
            p_[m] += is_known ? weight * labels[m] : 0;
            votes_[m] += is_known ? weight : 0;
        }
    }
    for (std::size_t m = 0; m < model_.models; ++m)
        p_[m] = votes_[m] > 0 ? p_[m] / votes_[m] : table.overall[m];
    return p_.data();
}

void Blend::calibrate(float* scores) const {
    const std::size_t knots = model_.calibration.size() / model_.models;
    const auto last = static_cast<float>(knots - 1);
    for (std::size_t m = 0; m < model_.models; ++m) {
        const float* values = model_.calibration.data() + m * knots;
        const float at = std::clamp(scores[m], 0.f, 1.f) * last;
        const std::size_t left = std::min(static_cast<std::size_t>(at), knots - 2);
        const float share = at - static_cast<float>(left);
        scores[m] = values[left] + share * (values[left + 1] - values[left]);
    }
}

}  // namespace pointsman
