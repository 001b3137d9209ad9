#include "core/lane_loss.h"

#include <utility>

#include "simd/kernels.h"

namespace pointsman {

void lane_times(const CsrView& X, const Lanes& w, Lanes& z) {
    const LinearKernels& simd = kernels().linear;
    const float* bias = w.data() + X.columns * lanes;
    for (std::size_t i = 0; i < X.rows; ++i) {
        float* out = z.data() + i * lanes;
        simd.sparse_dot(X.row_values(i), X.row_indices(i), X.row_size(i), w.data(), lanes, out);
        for (std::size_t l = 0; l < lanes; ++l) out[l] += bias[l];
    }
}

LaneLoss::LaneLoss(const CsrView& X, const LaneTargets& targets) : X_(X), targets_(targets) {
    at_.z.resize(X.rows * lanes);
    differentiate(at_);
}

void LaneLoss::evaluate(const Lanes& w) {
    lane_times(X_, w, at_.z);
    differentiate(at_);
}

const LaneDoubles& LaneLoss::look_ahead(const Lanes& step, const LaneFloats& length) {
    ahead_.z = at_.z;
    LaneFloats one{};
    one.fill(1);
    kernels().linear.blend(length.data(), step.data(), one.data(), ahead_.z.data(), X_.rows);
    differentiate(ahead_);
    return ahead_.value;
}

void LaneLoss::accept() { std::swap(at_, ahead_); }

void LaneLoss::differentiate(Point& point) const {
    point.residual.resize(point.z.size());
    point.curvature.resize(point.z.size());
    kernels().linear.logistic(point.z.data(), targets_.y.data(), targets_.c.data(), X_.rows,
                              point.residual.data(), point.curvature.data(), point.value.data());
}

}  // namespace pointsman
