// The conditions of an optimum, in doubles: the slope is 0 at free weights and not upwards at those held at
// 0.
#include "pointsman/least_squares.h"

#include <algorithm>
#include <vector>

#include "check.h"

using namespace pointsman;

namespace {

struct Data {
    std::size_t rows, columns, targets;
    std::vector<double> X, Y;

    Data(Random& random, std::size_t n, std::size_t d, std::size_t t)
        : rows(n), columns(d), targets(t), X(n * d), Y(n * t) {
        for (auto& x : X) x = 0.5 + 2 * random.uniform();
        for (auto& y : Y) y = 3 + 2 * random.uniform() - 1;
    }

    LeastSquaresFit fit(const LeastSquaresOptions& options) const {
        return fit_least_squares(X, columns, Y, targets, options, {});
    }
};

/// -1/2 of the gradient by each weight, then by the intercept; and |y - X w - b|^2.
std::vector<double> slopes(const Data& data, const LeastSquaresFit& fit, double alpha, std::size_t target,
                           double& squares) {
    std::vector<double> out(data.columns + 1);
    squares = 0;
    for (std::size_t j = 0; j < data.columns; ++j) out[j] = -alpha * fit.weights[j * data.targets + target];
    for (std::size_t i = 0; i < data.rows; ++i) {
        double left = data.Y[i * data.targets + target] - fit.bias[target];
        for (std::size_t j = 0; j < data.columns; ++j)
            left -= data.X[i * data.columns + j] * fit.weights[j * data.targets + target];
        for (std::size_t j = 0; j < data.columns; ++j) out[j] += left * data.X[i * data.columns + j];
        out[data.columns] += left;
        squares += left * left;
    }
    return out;
}

void check_optimal(const Data& data, const LeastSquaresOptions& options) {
    const LeastSquaresFit fit = data.fit(options);
    const double enough = 1e-10 * static_cast<double>(data.rows) * 100;
    for (std::size_t t = 0; t < data.targets; ++t) {
        double squares = 0;
        const std::vector<double> slope = slopes(data, fit, options.alpha, t, squares);
        CHECK(test::close(fit.residual_squares[t], squares, 1e-9 * (1 + squares)));
        if (options.fit_intercept)
            CHECK(test::close(slope[data.columns], 0, enough));
        else
            CHECK(fit.bias[t] == 0);
        for (std::size_t j = 0; j < data.columns; ++j) {
            const double w = fit.weights[j * data.targets + t];
            if (options.positive) CHECK(w >= 0 && slope[j] <= enough);
            if (!options.positive || w > 0) CHECK(test::close(slope[j], 0, enough));
        }
    }
}

void test_optimum(Random& random) {
    for (const std::size_t columns : {1, 3, 17, 60}) {
        for (const std::size_t rows : {1, 20, 200}) {
            const Data data(random, rows, columns, 3);
            for (const double alpha : {0., 0.1, 50.}) {
                for (const bool fit_intercept : {false, true}) {
                    for (const bool positive : {false, true})
                        check_optimal(data, {alpha, fit_intercept, positive, 1});
                }
            }
        }
    }
}

/// Of two equal columns and one of zeros the shortest solution takes halves and nothing.
void test_dependent_columns(Random& random) {
    Data data(random, 40, 5, 1);
    for (std::size_t i = 0; i < data.rows; ++i) {
        data.X[i * 5 + 3] = data.X[i * 5 + 1];
        data.X[i * 5 + 4] = 0;
    }
    for (const bool fit_intercept : {false, true}) {
        const LeastSquaresOptions options{0, fit_intercept, false, 1};
        check_optimal(data, options);
        const LeastSquaresFit fit = data.fit(options);
        CHECK(test::close(fit.weights[1], fit.weights[3], 1e-9));
        CHECK(test::close(fit.weights[4], 0, 1e-9));
        check_optimal(data, {0, fit_intercept, true, 1});
    }
}

/// Weights that are known come back although the columns are almost the same.
void test_condition(Random& random) {
    Data data(random, 100, 4, 1);
    const std::vector<double> weights{1, 2, 3, 4};
    for (std::size_t i = 0; i < data.rows; ++i) {
        double* x = data.X.data() + i * 4;
        for (std::size_t j = 1; j < 4; ++j) x[j] = x[0] + 1e-4 * x[j];
        data.Y[i] = 0.25;
        for (std::size_t j = 0; j < 4; ++j) data.Y[i] += weights[j] * x[j];
    }
    for (const bool positive : {false, true}) {
        const LeastSquaresFit fit = data.fit({0, true, positive, 1});
        for (std::size_t j = 0; j < 4; ++j) CHECK(test::close(fit.weights[j], weights[j], 1e-8));
        CHECK(test::close(fit.bias[0], 0.25, 1e-8));
    }
}

void test_threads(Random& random) {
    const Data data(random, 100, 40, 5);
    for (const bool positive : {false, true}) {
        const LeastSquaresFit one = data.fit({0.1, true, positive, 1});
        for (const std::size_t threads : {2, 3}) {
            const LeastSquaresFit more = data.fit({0.1, true, positive, threads});
            CHECK(more.weights == one.weights && more.bias == one.bias);
        }
    }
}

void test_stop(Random& random) {
    const Data data(random, 10, 5, 2);
    try {
        fit_least_squares(data.X, 5, data.Y, 2, {0, true, false, 1},
                          [](std::uint32_t done, std::uint32_t) { return done < 1; });
    } catch (const Stopped&) {
        return;
    }
    CHECK(!"the work went on");
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_optimum(random);
    test_dependent_columns(random);
    test_condition(random);
    test_threads(random);
    test_stop(random);
}
