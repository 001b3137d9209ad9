#include "core/logistic_newton.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/lane_times.h"

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
      targets_(targets),
      simd_(kernels().linear),
      tol_(tol),
      parameters_(X.columns + 1),
      w_(std::move(w)) {
    for (Lanes* rows : {&z_, &residual_, &curvature_}) rows->resize(X.rows * lanes);
    gradient_.resize(parameters_ * lanes);
    evaluate(z_, residual_, curvature_, loss_);
    add_transposed_times(residual_, gradient_);
    first_squares_ = dot(gradient_, gradient_);
    lane_times(X_, w_, z_);
    evaluate(z_, residual_, curvature_, loss_);
    squares_ = dot(w_, w_, true);
}

bool LogisticNewton::step() {
    penalty_plus_transposed_times(w_, residual_, gradient_);
    const LaneDoubles gradient_squares = dot(gradient_, gradient_);
    for (std::size_t l = 0; l < lanes; ++l) {
        active_[l] = gradient_squares[l] > tol_ * tol_ * first_squares_[l] ? 1 : 0;
    }
    if (!any(active_)) return false;
    // Most often the first gradient is the last, and these are not needed.
    for (Lanes* columns : {&step_, &remainder_, &search_, &curved_}) columns->resize(parameters_ * lanes);
    for (Lanes* rows : {&z_step_, &residual_trial_, &curvature_trial_}) rows->resize(X_.rows * lanes);
    find_direction(gradient_squares);
    search_line();
    return true;
}

/// Conjugate gradients for H step = -gradient, H = I + X^T diag(curvature) X, until the remainder is a tenth
/// (less near the optimum, so that the last steps converge superlinearly, but no less than is asked for).
void LogisticNewton::find_direction(const LaneDoubles& gradient_squares) {
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
                             tol_ * tol_ * first_squares_[l] / 4);
    }
    LaneFloats going = active_;
    for (int i = 0; i < max_gradient_steps && any(going); ++i) {
        lane_times(X_, search_, z_step_);
        for (std::size_t k = 0; k < z_step_.size(); ++k) z_step_[k] *= curvature_[k];
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
    LaneDoubles trial_loss{};
    for (int halvings = 0;; ++halvings) {
        z_trial_ = z_;
        simd_.blend(length.data(), z_step_.data(), ones.data(), z_trial_.data(), X_.rows);
        evaluate(z_trial_, residual_trial_, curvature_trial_, trial_loss);
        bool is_enough = true;
        for (std::size_t l = 0; l < lanes; ++l) {
            const double t = length[l];
            const double before = objective(l);
            const double after =
                trial_loss[l] + (squares_[l] + 2 * t * cross[l] + t * t * step_squares[l]) / 2;
            // Rounding of single precision must not look like a rise.
            if (after <= before + 1e-4 * t * slope[l] + 1e-7 * std::abs(before)) continue;
            length[l] = halvings < max_halvings ? length[l] / 2 : 0;
            is_enough = false;
        }
        if (is_enough) break;
    }
    simd_.blend(length.data(), step_.data(), ones.data(), w_.data(), parameters_);
    z_.swap(z_trial_);
    residual_.swap(residual_trial_);
    curvature_.swap(curvature_trial_);
    loss_ = trial_loss;
    squares_ = dot(w_, w_, true);
}

void LogisticNewton::evaluate(const Lanes& z, Lanes& residual, Lanes& curvature, LaneDoubles& loss) const {
    simd_.logistic(z.data(), targets_.y.data(), targets_.c.data(), X_.rows, residual.data(), curvature.data(),
                   loss.data());
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
