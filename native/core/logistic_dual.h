// Dual coordinate descent for the L2 penalty, sixteen labels in step. Private to logistic regression.
#pragma once

#include <cstdint>
#include <vector>

#include "core/label_lanes.h"
#include "core/shared_progress.h"
#include "pointsman/csr.h"
#include "pointsman/random.h"
#include "simd/kernels.h"

namespace pointsman {

/// Yu, Huang and Lin (2011): one example at a time, its dual variable a_i = c_i (y_i - p_i) is set to its
/// best value and w = sum_i a_i x_i follows, so that a step touches the example's own features only. With s
/// the new score of the example, z the old one and q = |x_i|^2, the best value solves
///
///     s + q c_i sigmoid(s) = z + q (c_i y_i - a_i).
///
/// An intercept without a penalty asks for sum_i a_i = 0, which no single step can keep. It is treated by the
/// method of multipliers: an always-on feature whose weight is drawn not to 0 but to where it was one epoch
/// ago.
class LogisticDual {
public:
    LogisticDual(const CsrView& X, const LaneTargets& targets, double tol, std::uint64_t seed);

    /// One pass over all examples, in a new random order. Returns whether any label moved on average by more
    /// than tol of its weight.
    bool step(const Tick& tick);

    /// [columns + 1 x lanes]
    Lanes& weights() { return w_; }

private:
    void shuffle();

    const CsrView X_;
    const LaneTargets& targets_;
    const LinearKernels& simd_;
    const double tol_;
    Random random_;
    std::vector<std::uint32_t> order_;
    /// |x_i|^2
    std::vector<float> squares_;
    float bias_square_ = 0;
    int rounds_ = 0;
    /// What a label's steps add up to, at most.
    LaneDoubles weight_{};
    LaneFloats center_{};
    Lanes w_, dual_;
};

}  // namespace pointsman
