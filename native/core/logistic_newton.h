// Truncated Newton for the L2 penalty, sixteen labels in step. Private to logistic regression.
#pragma once

#include "core/label_lanes.h"
#include "core/lane_loss.h"
#include "core/shared_progress.h"
#include "pointsman/csr.h"
#include "simd/kernels.h"

namespace pointsman {

/// Lin, Weng and Keerthi (2008), with conjugate gradients and backtracking. A label that is done waits with
/// step 0.
class LogisticNewton {
public:
    /// Starts from w [columns + 1 x lanes].
    LogisticNewton(const CsrView& X, const LaneTargets& targets, double tol, Lanes w);

    /// One step of every label that is not done. Returns whether any was left to do.
    bool step(const Tick& tick);

    Lanes& weights() { return w_; }

private:
    /// out [columns + 1 x lanes] = (v without its bias row) + (X | 1)^T r.
    void penalty_plus_transposed_times(const Lanes& v, const Lanes& r, Lanes& out) const;
    /// out += (X | 1)^T r, but its last row, the intercept's, is set.
    void add_transposed_times(const Lanes& r, Lanes& out) const;
    /// Sum over columns, and over the bias row too unless `penalty`.
    LaneDoubles dot(const Lanes& a, const Lanes& b, bool penalty = false) const;

    void find_direction(const LaneDoubles& gradient_squares, const Tick& tick);
    void search_line();

    const CsrView X_;
    const LinearKernels& simd_;
    const double tol_;
    std::size_t parameters_;
    /// |gradient|^2 at zero weights.
    LaneDoubles first_squares_{};
    LaneFloats active_{};
    LaneLoss loss_;
    /// |w|^2
    LaneDoubles squares_{};
    /// [rows x lanes]
    Lanes z_step_;
    /// [columns + 1 x lanes]
    Lanes w_, gradient_, step_, remainder_, search_, curved_;
};

}  // namespace pointsman
