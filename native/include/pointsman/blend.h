// From the heads' z to one score a model.
#pragma once

#include <memory>
#include <vector>

#include "pointsman/aligned.h"
#include "pointsman/scoring_model.h"

namespace pointsman {

class NearestRows;

/// P(right) of model m = calibration_m(sum over the parts of weight_m P_m). Holds the scratch memory; does
/// not allocate once it is made.
class Blend {
public:
    /// The model must outlive it.
    explicit Blend(const ScoringModel& model);
    ~Blend();

    /// z is [heads], scores are [models].
    void score(const float* z, float* scores);

private:
    /// P(right) of each model by one part, [models].
    const float* evaluate(std::size_t part, const float* z);
    const float* logistic(const float* z);
    const float* softmax(std::size_t part, const float* z);
    const float* neighbors(std::size_t part, const float* z);
    void calibrate(float* scores) const;

    const ScoringModel& model_;
    /// Models and zeros up to a multiple of the lanes.
    std::size_t width_;
    /// One part whose P is the score.
    bool is_plain_;
    /// [parts x width]
    AlignedVector<float> weights_;
    /// [parts][heads x width] of clusters.
    std::vector<AlignedVector<float>> rates_;
    /// Of parts that are neighbours.
    std::vector<std::unique_ptr<NearestRows>> nearest_;
    /// [width]: of the prompt in hand.
    AlignedVector<float> p_;
    AlignedVector<float> votes_;
    AlignedVector<float> sum_;
    /// [heads of the largest part, and zeros]
    AlignedVector<float> shares_;
};

}  // namespace pointsman
