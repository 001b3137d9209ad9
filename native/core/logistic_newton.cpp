#include "core/logistic_newton.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pointsman {
namespace {

constexpr LaneFloats ones = [] {
    LaneFloats v{};
    v.fill(1);
    return v;
}();
constexpr int max_gradient_steps = 50;
constexpr int max_halvings = 30;

bool any(const LaneFloats& mask) {
    return std::any_of(mask.begin(), mask.end(), [](float on) { return on != 0; });
}

}  // namespace

LogisticNewton::LogisticNewton(const CsrView& X, const LaneTargets& targets, double tol, Lanes w)
    : X_(X),
      simd_(kernels().linear),
      tol_(tol),
      parameters_(X.columns + 1),
      loss_(X, targets),
      w_(std::move(w)),
      gradient_(parameters_ * lanes) {
    add_transposed_times(loss_.residual(), gradient_);
    first_squares_ = dot(gradient_, gradient_);
    loss_.evaluate(w_);
    squares_ = dot(w_, w_, true);
}

bool LogisticNewton::step(const Tick& tick) {
    penalty_plus_transposed_times(w_, loss_.residual(), gradient_);
    const LaneDoubles gradient_squares = dot(gradient_, gradient_);
    for (std::size_t l = 0; l < lanes; ++l) {
        active_[l] = gradient_squares[l] > tol_ * tol_ * first_squares_[l] ? 1 : 0;
    }
    if (!any(active_)) return false;
    // Most often the first gradient is the last, and these are not needed.
    for (Lanes* columns : {&step_, &remainder_, &search_, &curved_}) columns->resize(parameters_ * lanes);
    z_step_.resize(X_.rows * lanes);
    find_direction(gradient_squares, tick);
    search_line();
    return true;
}

/// Conjugate gradients for H step = -gradient, H = I + X^T diag(curvature) X, until the remainder is a tenth
/// (less near the optimum, so that the last steps converge superlinearly, but no less than is asked for).
void LogisticNewton::find_direction(const LaneDoubles& gradient_squares, const Tick& tick) {
    LaneFloats minus{};
    for (std::size_t l = 0; l < lanes; ++l) minus[l] = -active_[l];
    const LaneFloats none{};
    std::fill(step_.begin(), step_.end(), 0.f);
    simd_.blend(minus.data(), gradient_.data(), none.data(), remainder_.data(), parameters_);
    search_ = remainder_;
    LaneDoubles squares = gradient_squares;
    LaneDoubles enough{};
    for (std::size_t l = 0; l < lanes; ++l) {
        const double shrunk = first_squares_[l] > 0 ? gradient_squares[l] / first_squares_[l] : 0;
        enough[l] = std::max(gradient_squares[l] * std::min(0.01, std::sqrt(shrunk)),
                             tol_ * tol_ * first_squares_[l] / 100);
    }
    LaneFloats going = active_;
    for (int i = 0; i < max_gradient_steps && any(going); ++i) {
        tick();
        lane_times(X_, search_, z_step_);
        for (std::size_t k = 0; k < z_step_.size(); ++k) z_step_[k] *= loss_.curvature()[k];
        penalty_plus_transposed_times(search_, z_step_, curved_);
        const LaneDoubles bend = dot(search_, curved_);
        LaneFloats ahead{}, back{};
        for (std::size_t l = 0; l < lanes; ++l) {
            if (going[l] != 0 && bend[l] > 0) ahead[l] = static_cast<float>(squares[l] / bend[l]);
            back[l] = -ahead[l];
        }
        simd_.blend(ahead.data(), search_.data(), ones.data(), step_.data(), parameters_);
        simd_.blend(back.data(), curved_.data(), ones.data(), remainder_.data(), parameters_);
        const LaneDoubles left = dot(remainder_, remainder_);
        LaneFloats keep{};
        for (std::size_t l = 0; l < lanes; ++l) {
            if (ahead[l] == 0 || left[l] <= enough[l]) going[l] = 0;
            keep[l] = going[l] != 0 ? static_cast<float>(left[l] / squares[l]) : 0;
            squares[l] = left[l];
        }
        simd_.blend(going.data(), remainder_.data(), keep.data(), search_.data(), parameters_);
    }
}

/// Halves each label's step until its objective has fallen enough (Armijo). z is linear in the step, so a
/// trial does not read X.
void LogisticNewton::search_line() {
    lane_times(X_, step_, z_step_);
    const LaneDoubles slope = dot(gradient_, step_);
    const LaneDoubles cross = dot(w_, step_, true);
    const LaneDoubles step_squares = dot(step_, step_, true);
    LaneFloats length = active_;
    for (int halvings = 0;; ++halvings) {
        const LaneDoubles& loss = loss_.look_ahead(z_step_, length);
        bool is_enough = true;
        for (std::size_t l = 0; l < lanes; ++l) {
            const double t = length[l];
            const double before = loss_.value()[l] + squares_[l] / 2;
            const double after = loss[l] + (squares_[l] + 2 * t * cross[l] + t * t * step_squares[l]) / 2;
            // Rounding of single precision must not look like a rise.
            if (after <= before + 1e-4 * t * slope[l] + 1e-7 * std::abs(before)) continue;
            length[l] = halvings < max_halvings ? length[l] / 2 : 0;
            is_enough = false;
        }
        // Numbers that overflowed are never enough.
        if (is_enough || halvings > max_halvings) break;
    }
    simd_.blend(length.data(), step_.data(), ones.data(), w_.data(), parameters_);
    loss_.accept();
    squares_ = dot(w_, w_, true);
}

void LogisticNewton::penalty_plus_transposed_times(const Lanes& v, const Lanes& r, Lanes& out) const {
    std::copy(v.begin(), v.end() - lanes, out.begin());
    add_transposed_times(r, out);
}

void LogisticNewton::add_transposed_times(const Lanes& r, Lanes& out) const {
    LaneDoubles bias{};
    for (std::size_t i = 0; i < X_.rows; ++i) {
        const float* row = r.data() + i * lanes;
        simd_.sparse_add(X_.row_values(i), X_.row_indices(i), X_.row_size(i), row, out.data());
        for (std::size_t l = 0; l < lanes; ++l) bias[l] += row[l];
    }
    std::copy(bias.begin(), bias.end(), out.end() - lanes);
}

LaneDoubles LogisticNewton::dot(const Lanes& a, const Lanes& b, bool penalty) const {
    LaneDoubles out{};
    simd_.dot(a.data(), b.data(), penalty ? X_.columns : parameters_, out.data());
    return out;
}

}  // namespace pointsman
