// Proximal Newton for penalties with an L1 part, sixteen labels in step. Private to logistic regression.
#pragma once

#include <cstdint>
#include <vector>

#include "core/label_lanes.h"
#include "core/lane_loss.h"
#include "core/shared_progress.h"
#include "pointsman/csr.h"
#include "simd/kernels.h"

namespace pointsman {

/// Friedman, Hastie and Tibshirani (2010), with the line search of Yuan, Ho and Lin (2012): a step goes to
/// where coordinate descent takes the quadratic model of the loss with the exact penalty.
class LogisticElasticNet {
public:
    /// X, its transpose with a last row of ones for the intercept, and where to start [columns + 1 x lanes].
    LogisticElasticNet(const CsrView& X, const CsrView& transposed, const LaneTargets& targets,
                       double l1_ratio, double tol, Lanes w);

    /// One step of every label that is not done. Returns whether any was left to do. A label is done when the
    /// shortest subgradient is at most tol times that at zero weights.
    bool step(const Tick& tick);

    Lanes& weights() { return w_; }

private:
    /// |shortest subgradient|^2 at w_.
    LaneDoubles violations() const;
    void descend(const Tick& tick);
    /// Coordinate descent on one column; adds the square of what its slope changed by to `moved`.
    void visit(std::size_t column, LaneFloats& moved);
    bool is_zero(std::size_t column) const;
    void search_line(const Lanes& before);
    LaneDoubles penalty(const Lanes& w) const;

    const CsrView X_;
    const CsrView transposed_;
    const LinearKernels& simd_;
    const float l1_;
    const float l2_;
    const double tol_;
    LaneDoubles first_{};
    LaneDoubles violation_{};
    LaneFloats active_{};
    LaneLoss loss_;
    /// [rows x lanes]; slopes are those of the model's loss by score.
    Lanes slopes_, z_step_;
    /// [columns + 1 x lanes]
    Lanes w_;
};

}  // namespace pointsman
