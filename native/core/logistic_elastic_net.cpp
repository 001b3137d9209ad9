#include "core/logistic_elastic_net.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pointsman {
namespace {

constexpr int max_sweeps = 50;
constexpr int max_halvings = 30;
/// A model is solved until a sweep moves no slope by more than a tenth of what is left to gain (squared).
constexpr double model_tolerance = 0.01;

}  // namespace

LogisticElasticNet::LogisticElasticNet(const CsrView& X, const CsrView& transposed,
                                       const LaneTargets& targets, double l1_ratio, double tol, Lanes w)
    : X_(X),
      transposed_(transposed),
      simd_(kernels().linear),
      l1_(static_cast<float>(l1_ratio)),
      l2_(static_cast<float>(1 - l1_ratio)),
      tol_(tol),
      loss_(X, targets),
      z_step_(X.rows * lanes),
      w_(w.size()) {
    first_ = violations();
    w_ = std::move(w);
    loss_.evaluate(w_);
}

bool LogisticElasticNet::step(const Tick& tick) {
    violation_ = violations();
    bool is_going = false;
    for (std::size_t l = 0; l < lanes; ++l) {
        active_[l] = violation_[l] > tol_ * tol_ * first_[l] ? 1 : 0;
        is_going |= active_[l] != 0;
    }
    if (!is_going) return false;
    const Lanes before = w_;
    descend(tick);
    search_line(before);
    return true;
}

LaneDoubles LogisticElasticNet::violations() const {
    LaneDoubles out{};
    LaneFloats slope{};
    for (std::size_t column = 0; column < transposed_.rows; ++column) {
        const bool is_intercept = column == X_.columns;
        const float l1 = is_intercept ? 0 : l1_;
        const float l2 = is_intercept ? 0 : l2_;
        simd_.sparse_dot(transposed_.row_values(column), transposed_.row_indices(column),
                         transposed_.row_size(column), loss_.residual().data(), lanes, slope.data());
        const float* w = w_.data() + column * lanes;
        for (std::size_t l = 0; l < lanes; ++l) {
            const float g = slope[l] + l2 * w[l];
            const float at_zero = std::max(std::abs(g) - l1, 0.f);
            const float elsewhere = g + std::copysign(l1, w[l]);
            const double shortest = w[l] == 0 ? at_zero : elsewhere;
            out[l] += shortest * shortest;
        }
    }
    return out;
}

/// One sweep over all columns, then sweeps over those with a weight: a column that should get one after that
/// waits for the next model.
void LogisticElasticNet::descend(const Tick& tick) {
    slopes_ = loss_.residual();
    LaneFloats moved{};
    const auto is_solved = [&] {
        for (std::size_t l = 0; l < lanes; ++l) {
            if (moved[l] > model_tolerance * violation_[l]) return false;
        }
        return true;
    };
    std::vector<std::size_t> open;
    for (std::size_t column = 0; column < transposed_.rows; ++column) {
        visit(column, moved);
        if (!is_zero(column)) open.push_back(column);
    }
    for (int sweep = 1; sweep < max_sweeps && !is_solved(); ++sweep) {
        tick();
        moved = {};
        for (const std::size_t column : open) visit(column, moved);
    }
}

void LogisticElasticNet::visit(std::size_t column, LaneFloats& moved) {
    const bool is_intercept = column == X_.columns;
    simd_.column_step({.values = transposed_.row_values(column),
                       .indices = transposed_.row_indices(column),
                       .n = transposed_.row_size(column),
                       .curvature = loss_.curvature().data(),
                       .l1 = is_intercept ? 0 : l1_,
                       .l2 = is_intercept ? 0 : l2_},
                      active_.data(), w_.data() + column * lanes, slopes_.data(), moved.data());
}

bool LogisticElasticNet::is_zero(std::size_t column) const {
    const float* w = w_.data() + column * lanes;
    return std::all_of(w, w + lanes, [](float x) { return x == 0; });
}

/// Halves each label's step from `before` to w_ until its objective has fallen enough.
void LogisticElasticNet::search_line(const Lanes& before) {
    const Lanes target = w_;
    LaneFloats minus{}, length = active_;
    minus.fill(-1);
    Lanes step = target;
    LaneFloats one{};
    one.fill(1);
    simd_.blend(minus.data(), before.data(), one.data(), step.data(), step.size() / lanes);
    lane_times(X_, step, z_step_);
    const LaneDoubles penalty_before = penalty(before);
    const LaneDoubles penalty_target = penalty(target);
    LaneDoubles slope{};
    simd_.dot(loss_.residual().data(), z_step_.data(), X_.rows, slope.data());
    for (int halvings = 0;; ++halvings) {
        const LaneDoubles& loss = loss_.look_ahead(z_step_, length);
        w_ = before;
        simd_.blend(length.data(), step.data(), one.data(), w_.data(), w_.size() / lanes);
        const LaneDoubles penalty_now = penalty(w_);
        bool is_enough = true;
        for (std::size_t l = 0; l < lanes; ++l) {
            const double old = loss_.value()[l] + penalty_before[l];
            const double promised = length[l] * (slope[l] + penalty_target[l] - penalty_before[l]);
            // Rounding of single precision must not look like a rise.
            if (loss[l] + penalty_now[l] <= old + 1e-4 * promised + 1e-7 * std::abs(old)) continue;
            length[l] = halvings < max_halvings ? length[l] / 2 : 0;
            is_enough = false;
        }
        // Numbers that overflowed are never enough.
        if (is_enough || halvings > max_halvings) break;
    }
    loss_.accept();
}

LaneDoubles LogisticElasticNet::penalty(const Lanes& w) const {
    LaneDoubles out{};
    simd_.penalty(w.data(), X_.columns, l1_, l2_, out.data());
    return out;
}

}  // namespace pointsman
