// Sixteen labels of a multi-label logistic regression, in step. Private to logistic.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "pointsman/aligned.h"
#include "pointsman/csr.h"
#include "pointsman/logistic.h"
#include "simd/kernels.h"

namespace pointsman {

/// One number a label.
using LaneFloats = std::array<float, lanes>;
using LaneDoubles = std::array<double, lanes>;

class LogisticBlock {
public:
    /// Labels first .. first + count of Y [rows x labels], count <= lanes.
    LogisticBlock(const CsrView& X, std::span<const float> Y, std::size_t labels, std::size_t first,
                  std::size_t count, const LogisticOptions& options);

    /// One Newton step of every label that is not done. Returns whether any was left to do.
    bool step();

    float weight(std::size_t column, std::size_t lane) const { return w_[column * lanes + lane]; }
    /// The intercept is kept as one column more.
    float bias(std::size_t lane) const { return weight(X_.columns, lane); }
    double objective(std::size_t lane) const { return loss_[lane] + squares_[lane] / 2; }

private:
    using Lanes = AlignedVector<float>;

    /// out [rows x lanes] = X v + bias row of v.
    void times(const Lanes& v, Lanes& out) const;
    /// out [columns + 1 x lanes] = (v without its bias row) + (X | 1)^T r.
    void penalty_plus_transposed_times(const Lanes& v, const Lanes& r, Lanes& out) const;
    /// Sum over columns, and over the bias row too unless `penalty`.
    LaneDoubles dot(const Lanes& a, const Lanes& b, bool penalty = false) const;

    void find_direction(const LaneDoubles& gradient_squares);
    void search_line();

    const CsrView& X_;
    const LinearKernels& simd_;
    const double tol_;
    std::size_t parameters_;
    bool is_first_ = true;
    LaneDoubles first_squares_{};
    LaneFloats active_{};
    LaneDoubles loss_{};
    LaneDoubles squares_{};
    /// [rows x lanes]
    Lanes y_, c_, z_, residual_, curvature_, z_step_, z_trial_, residual_trial_, curvature_trial_;
    /// [columns + 1 x lanes]
    Lanes w_, gradient_, step_, remainder_, search_, curved_;
};

}  // namespace pointsman
