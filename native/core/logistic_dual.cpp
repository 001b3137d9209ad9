#include "core/logistic_dual.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pointsman {
namespace {

/// Of the mean |x|^2: small, so that the intercept's pull hardly slows the other steps.
constexpr double bias_share = 0.3;
constexpr std::size_t rows_between_ticks = 4096;

}  // namespace

LogisticDual::LogisticDual(const CsrView& X, const LaneTargets& targets, double tol, std::uint64_t seed)
    : X_(X),
      targets_(targets),
      simd_(kernels().linear),
      tol_(tol),
      random_(seed),
      order_(X.rows),
      squares_(X.rows),
      w_((X.columns + 1) * lanes),
      dual_(X.rows * lanes) {
    std::iota(order_.begin(), order_.end(), 0u);
    double sum = 0;
    for (std::size_t i = 0; i < X.rows; ++i) {
        for (std::size_t k = 0; k < X.row_size(i); ++k)
            squares_[i] += X.row_values(i)[k] * X.row_values(i)[k];
        sum += squares_[i];
        for (std::size_t l = 0; l < lanes; ++l) weight_[l] += targets.c[i * lanes + l];
    }
    bias_square_ = sum > 0 ? static_cast<float>(bias_share * sum / static_cast<double>(X.rows)) : 1.f;
    float steepest = 0;
    for (std::size_t i = 0; i < X.rows; ++i) {
        const float* c = targets.c.data() + i * lanes;
        steepest = std::max(steepest, (squares_[i] + bias_square_) * *std::max_element(c, c + lanes));
    }
    // Up to slope 1 + 4/4 the sigmoid is nearly straight.
    rounds_ = steepest <= 4 ? 2 : 5;
}

bool LogisticDual::step(const Tick& tick) {
    shuffle();
    LaneFloats moved{};
    float* bias = w_.data() + X_.columns * lanes;
    for (std::size_t at = 0; at < order_.size(); ++at) {
        if (at % rows_between_ticks == 0) tick();
        const std::uint32_t i = order_[at];
        simd_.dual_step({.values = X_.row_values(i),
                         .indices = X_.row_indices(i),
                         .n = X_.row_size(i),
                         .square = squares_[i],
                         .bias_square = bias_square_,
                         .y = targets_.y.data() + i * lanes,
                         .c = targets_.c.data() + i * lanes,
                         .dual = dual_.data() + i * lanes,
                         .rounds = rounds_},
                        w_.data(), bias, moved.data());
    }
    bool has_moved = false;
    for (std::size_t l = 0; l < lanes; ++l) {
        const float before = std::exchange(center_[l], bias[l]);
        bias[l] += bias[l] - before;
        has_moved |= moved[l] > tol_ * weight_[l];
    }
    return has_moved;
}

void LogisticDual::shuffle() {
    for (std::size_t i = order_.size(); i > 1; --i) {
        std::swap(order_[i - 1],
                  order_[static_cast<std::size_t>(random_.uniform() * static_cast<double>(i))]);
    }
}

}  // namespace pointsman
