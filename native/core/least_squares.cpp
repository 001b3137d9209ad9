#include "pointsman/least_squares.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "core/non_negative.h"
#include "core/pivoted_cholesky.h"
#include "core/shared_progress.h"
#include "pointsman/threads.h"

namespace pointsman {
namespace {

/// Rows of the Gram matrix that are worked on together, so that each row of X is read once for all of them.
constexpr std::size_t block = 8;

std::vector<double> column_means(std::span<const double> values, std::size_t columns) {
    std::vector<double> means(columns);
    for (std::size_t k = 0; k < values.size(); ++k) means[k % columns] += values[k];
    const auto rows = static_cast<double>(values.size() / columns);
    for (double& mean : means) mean /= rows;
    return means;
}

std::vector<double> less(std::span<const double> values, const std::vector<double>& means) {
    std::vector<double> out(values.begin(), values.end());
    for (std::size_t k = 0; k < out.size(); ++k) out[k] -= means[k % means.size()];
    return out;
}

void expect_finite(const std::vector<double>& values) {
    if (std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); })) return;
    throw std::invalid_argument("Least squares overflowed: scale the columns of X and Y down.");
}

/// X and Y about their means, if there is an intercept.
class Design {
public:
    Design(std::span<const double> X, std::size_t columns, std::span<const double> Y, std::size_t targets,
           const LeastSquaresOptions& options)
        : columns_(columns),
          targets_(targets),
          alpha_(options.alpha),
          X_means_(options.fit_intercept ? column_means(X, columns) : std::vector<double>(columns)),
          Y_means_(options.fit_intercept ? column_means(Y, targets) : std::vector<double>(targets)),
          X_(less(X, X_means_)),
          Y_(less(Y, Y_means_)) {}

    std::size_t rows() const { return Y_.size() / targets_; }

    /// Rows first .. first + count of X^T X + alpha.
    void add_gram_rows(std::size_t first, std::size_t count, std::vector<double>& gram) const {
        for (std::size_t r = 0; r < rows(); ++r) {
            const double* x = X_.data() + r * columns_;
            for (std::size_t i = first; i < first + count; ++i) {
                double* out = gram.data() + i * columns_;
                for (std::size_t j = 0; j < columns_; ++j) out[j] += x[i] * x[j];
            }
        }
        for (std::size_t i = first; i < first + count; ++i) gram[i * columns_ + i] += alpha_;
    }

    /// X^T (y - X w) - alpha w, and |y - X w|^2 on the way.
    std::vector<double> slope(std::size_t target, const std::vector<double>& w, double& squares) const {
        std::vector<double> out(columns_);
        squares = 0;
        for (std::size_t r = 0; r < rows(); ++r) {
            const double* x = X_.data() + r * columns_;
            double left = Y_[r * targets_ + target];
            for (std::size_t j = 0; j < columns_; ++j) left -= x[j] * w[j];
            for (std::size_t j = 0; j < columns_; ++j) out[j] += left * x[j];
            squares += left * left;
        }
        for (std::size_t j = 0; j < columns_; ++j) out[j] -= alpha_ * w[j];
        return out;
    }

    double bias(std::size_t target, const std::vector<double>& w) const {
        double b = Y_means_[target];
        for (std::size_t j = 0; j < columns_; ++j) b -= X_means_[j] * w[j];
        return b;
    }

private:
    const std::size_t columns_;
    const std::size_t targets_;
    const double alpha_;
    const std::vector<double> X_means_, Y_means_;
    const std::vector<double> X_, Y_;
};

}  // namespace

LeastSquaresFit fit_least_squares(std::span<const double> X, std::size_t columns, std::span<const double> Y,
                                  std::size_t targets, const LeastSquaresOptions& options,
                                  const Progress& progress) {
    const std::size_t blocks = (columns + block - 1) / block;
    SharedProgress shared(progress, blocks + targets);
    Threads threads(std::min(options.threads, std::max(blocks, targets)));
    const Design design(X, columns, Y, targets, options);
    std::vector<double> gram(columns * columns);
    threads.run(blocks, [&](std::size_t b) {
        design.add_gram_rows(b * block, std::min(block, columns - b * block), gram);
        shared.advance(1);
    });
    expect_finite(gram);
    const Tick tick = [&] { shared.advance(0); };
    std::optional<PivotedCholesky> factor;
    if (!options.positive) factor.emplace(gram, columns, tick);
    LeastSquaresFit fit{.weights = std::vector<double>(columns * targets),
                        .bias = std::vector<double>(targets),
                        .residual_squares = std::vector<double>(targets)};
    threads.run(targets, [&](std::size_t target) {
        std::vector<double> w(columns);
        double squares = 0;
        std::vector<double> slope = design.slope(target, w, squares);
        if (factor) {
            factor->solve(slope);
            w = slope;
            slope = design.slope(target, w, squares);
            factor->solve(slope);
            for (std::size_t j = 0; j < columns; ++j) w[j] += slope[j];
        } else {
            NonNegative active(gram, columns);
            w = active.solve(slope, tick);
            active.correct(w, design.slope(target, w, squares));
        }
        design.slope(target, w, squares);
        for (std::size_t j = 0; j < columns; ++j) fit.weights[j * targets + target] = w[j];
        fit.bias[target] = design.bias(target, w);
        fit.residual_squares[target] = squares;
        shared.advance(1);
    });
    expect_finite(fit.weights);
    return fit;
}

}  // namespace pointsman
