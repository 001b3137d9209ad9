// The objective that is reported is that of the weights, and they are a minimum: its gradient, in doubles, is
// zero.
#include "pointsman/logistic.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "check.h"
#include "matrix.h"

using namespace pointsman;

namespace {

void test_optimum(Random& random, std::size_t rows, std::size_t columns, std::size_t labels, double C) {
    const Csr owned = test::random_csr(random, rows, columns, 0.3);
    const CsrView X = owned.view();
    std::vector<float> Y(rows * labels), sample_weight(rows);
    for (auto& y : Y) {
        const double draw = random.uniform();
        y = draw < 0.1 ? std::numeric_limits<float>::quiet_NaN()
                       : static_cast<float>(draw < 0.5 ? draw : draw > 0.7);
    }
    for (auto& s : sample_weight) s = static_cast<float>(2 * random.uniform());
    const LogisticFit fit = fit_logistic(X, Y, labels, {.C = C, .tol = 1e-4, .max_iter = 200, .sample_weight = sample_weight}, {});
    for (std::size_t j = 0; j < labels; ++j) {
        std::vector<double> gradient(columns + 1);
        double objective = 0;
        double at_zero = 0;
        for (std::size_t f = 0; f < columns; ++f) {
            gradient[f] = fit.weights[f * labels + j];
            objective += gradient[f] * gradient[f] / 2;
        }
        for (std::size_t i = 0; i < rows; ++i) {
            const double y = Y[i * labels + j];
            if (std::isnan(y)) continue;
            double z = fit.bias[j];
            for (std::size_t k = 0; k < X.row_size(i); ++k) {
                z += double{X.row_values(i)[k]} * fit.weights[X.row_indices(i)[k] * labels + j];
            }
            const double c = C * sample_weight[i];
            objective += c * (std::log1p(std::exp(-std::abs(z))) + std::max(z, 0.) - y * z);
            const double residual = c * (1 / (1 + std::exp(-z)) - y);
            at_zero += c;
            for (std::size_t k = 0; k < X.row_size(i); ++k)
                gradient[X.row_indices(i)[k]] += residual * X.row_values(i)[k];
            gradient[columns] += residual;
        }
        double squares = 0;
        for (const double g : gradient) squares += g * g;
        CHECK(test::close(fit.objective[j], objective, 1e-5 * (1 + objective)));
        CHECK(std::sqrt(squares) <= 1e-3 * (1 + at_zero));
    }
}

void test_stop(Random& random) {
    const Csr X = test::random_csr(random, 20, 5, 0.5);
    const std::vector<float> Y(20, 0.5f);
    try {
        fit_logistic(X.view(), Y, 1, {.C = 1, .tol = 1e-9, .max_iter = 100}, [](std::uint32_t, std::uint32_t) { return false; });
    } catch (const Stopped&) {
        return;
    }
    CHECK(!"the work went on");
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const double C : {0.01, 1., 100.}) {
        test_optimum(random, 60, 20, 1, C);
        test_optimum(random, 40, 100, 16, C);
        test_optimum(random, 100, 10, 33, C);
    }
    test_optimum(random, 5, 0, 2, 1);
    test_stop(random);
}
