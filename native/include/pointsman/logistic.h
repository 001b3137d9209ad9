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
    /// Newton steps of a block of 16 labels.
    std::uint32_t max_iter;
    /// [rows], or empty for 1 each.
    std::span<const float> sample_weight;
};

struct LogisticFit {
    /// [columns x labels]
    std::vector<float> weights;
    /// [labels]
    std::vector<float> bias;
    /// [labels]
    std::vector<double> objective;
    /// Newton steps of the block that took most.
    std::uint32_t iterations;
};

/// Minimises, for each label by itself,
///
///     |w|^2 / 2 + C sum_i s_i (ln(1 + exp(z_i)) - y_i z_i),   z_i = x_i . w + b
///
/// over the rows whose label is known (scikit-learn's objective, which for y in {0, 1} it equals; the
/// intercept b is not penalised). Y is [rows x labels], targets in 0 .. 1, NaN = unknown. X's values must be
/// finite.
///
/// Truncated Newton (Lin, Weng, Keerthi 2008) with conjugate gradients and backtracking, 16 labels in step: X
/// is read once a pass for all of them, and a label that is done waits with step 0.
LogisticFit fit_logistic(const CsrView& X, std::span<const float> Y, std::size_t labels,
                         const LogisticOptions& options, const Progress& progress);

}  // namespace pointsman
