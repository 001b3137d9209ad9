// Linear and non-negative least squares on dense rows, in double precision.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pointsman/progress.h"

namespace pointsman {

struct LeastSquaresOptions {
    /// Strength of the ridge penalty.
    double alpha;
    bool fit_intercept;
    /// Weights of at least 0.
    bool positive;
    /// Blocks of columns and targets are shared out; the result does not depend on it.
    std::size_t threads;
};

struct LeastSquaresFit {
    /// [columns x targets]
    std::vector<double> weights;
    /// [targets]
    std::vector<double> bias;
    /// [targets]
    std::vector<double> residual_squares;
};

/// Minimises |y - X w - b|^2 + alpha |w|^2 for each target y, a column of Y [rows x targets]. X is [rows x
/// columns]; both are finite. Where columns depend on each other and alpha is 0, the shortest of the best
/// weights, or any of the best if they must be positive.
///
/// Solves the normal equations, then corrects the result by its true residual once (corrected semi-normal
/// equations; Bjorck 1987), so that the relative error is about that of an orthogonal method as long as the
/// condition number of X is below 10^7; columns closer to dependent than that count as dependent. Positive
/// weights are found by the active set of Lawson and Hanson (1974). Cost: rows columns^2 + columns^3. Throws
/// std::invalid_argument if doubles overflow.
LeastSquaresFit fit_least_squares(std::span<const double> X, std::size_t columns, std::span<const double> Y,
                                  std::size_t targets, const LeastSquaresOptions& options,
                                  const Progress& progress);

}  // namespace pointsman
