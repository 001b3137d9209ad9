// Multi-label logistic regression: shared sparse features, one head a label.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pointsman/csr.h"
#include "pointsman/progress.h"

namespace pointsman {

struct LogisticOptions {
    /// Inverse strength of the penalty.
    double C;
    /// A label is done when the length of its gradient is at most tol times that at zero weights.
    double tol;
    /// Passes of a block of 16 labels: epochs of the dual and steps of the primal.
    std::uint32_t max_iter;
    /// [rows], or empty for 1 each.
    std::span<const float> sample_weight = {};
    /// Share of the penalty that is |w|_1; 0 = |w|^2 / 2 alone.
    double l1_ratio = 0;
    /// [labels x 2], weights of the loss where the label is 0 and where it is 1; empty for 1 each.
    std::span<const float> class_weight = {};
    /// Where to start: [columns x labels] and [labels]; both empty for zero.
    std::span<const float> init_weights = {};
    std::span<const float> init_bias = {};
    /// [rows], 1 = held out: not trained on; a label stops when its loss on these rows has not fallen for
    /// n_iter_no_change passes and keeps the weights of its best pass. Empty = this share of the rows, drawn
    /// at random; 0 = train on all rows to the end.
    std::span<const std::uint8_t> validation = {};
    double validation_fraction = 0;
    std::uint32_t n_iter_no_change = 5;
    /// The probability that a training row loses a feature, in each of dropout_copies noisy copies.
    double feature_dropout = 0;
    std::uint64_t seed = 0;
    /// Blocks of 16 labels are shared out; the result does not depend on it.
    std::size_t threads = 1;
};

/// With feature dropout a training row becomes so many rows of that share of its weight each. Each keeps each
/// feature with probability 1 - q, divided by 1 - q (Srivastava et al. 2014, drawn once, so that there is an
/// objective to minimise).
inline constexpr std::size_t dropout_copies = 4;

struct LogisticFit {
    /// [columns x labels]
    std::vector<float> weights;
    /// [labels]
    std::vector<float> bias;
    /// [labels]
    std::vector<double> objective;
    /// Passes of the block that took most.
    std::uint32_t iterations;
};

/// Minimises, for each label by itself,
///
///     l1_ratio |w|_1 + (1 - l1_ratio) |w|^2 / 2
///         + C sum_i s_i (a_1 y_i ln(1 + exp(-z_i)) + a_0 (1 - y_i) ln(1 + exp(z_i))),   z_i = x_i . w + b
///
/// over the training rows whose label is known, with sample weights s and class weights a (scikit-learn's
/// objective, which for y in {0, 1} it equals; the intercept b is not penalised). Y is [rows x labels],
/// targets in 0 .. 1, NaN = unknown. X's values must be finite.
///
/// Sixteen labels go in step, so that X is read once a pass for all of them. Under an L2 penalty they take
/// epochs of dual coordinate descent and end with truncated Newton; with an L1 part, proximal Newton.
/// Throws std::invalid_argument if no row is left to train on, the copies of dropout are too many entries, or
/// X or C are so large that single precision overflows.
LogisticFit fit_logistic(const CsrView& X, std::span<const float> Y, std::size_t labels,
                         const LogisticOptions& options, const Progress& progress);

}  // namespace pointsman
