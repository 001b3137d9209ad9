// The objective that is reported is that of the weights, and they are a minimum: the shortest subgradient, in
// doubles, is zero.
#include "pointsman/logistic.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "check.h"
#include "matrix.h"

using namespace pointsman;

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

struct Data {
    Csr X;
    std::size_t labels;
    std::vector<float> Y, sample_weight, class_weight;

    /// Half of the known targets are soft, the others 0 or 1.
    Data(Random& random, std::size_t rows, std::size_t columns, std::size_t count, double density = 0.3)
        : X(test::random_csr(random, rows, columns, density)), labels(count), Y(rows * count) {
        for (auto& y : Y) {
            const double draw = random.uniform();
            y = draw < 0.1 ? unknown : static_cast<float>(draw < 0.5 ? draw : draw > 0.7);
        }
        for (std::size_t i = 0; i < rows; ++i) sample_weight.push_back(2 * random.uniform());
        for (std::size_t i = 0; i < 2 * labels; ++i) class_weight.push_back(0.5 + random.uniform());
    }

    LogisticOptions options(double C, double l1_ratio = 0) const {
        return {.C = C,
                .tol = 1e-5,
                .max_iter = 500,
                .sample_weight = sample_weight,
                .l1_ratio = l1_ratio,
                .class_weight = class_weight};
    }

    LogisticFit fit(const LogisticOptions& options) const {
        return fit_logistic(X.view(), Y, labels, options, {});
    }
};

struct Optimality {
    double objective;
    /// Length of the shortest subgradient, with the intercept's.
    double violation;
    /// C times all weights.
    double weight;
};

Optimality optimality(const Data& data, const LogisticOptions& options, const LogisticFit& fit,
                      std::size_t label) {
    const CsrView X = data.X.view();
    std::vector<double> gradient(X.columns + 1);
    Optimality out{};
    for (std::size_t i = 0; i < X.rows; ++i) {
        const double y = data.Y[i * data.labels + label];
        if (std::isnan(y) || (!options.validation.empty() && options.validation[i] != 0)) continue;
        double z = fit.bias[label];
        for (std::size_t k = 0; k < X.row_size(i); ++k)
            z += double{X.row_values(i)[k]} * fit.weights[X.row_indices(i)[k] * data.labels + label];
        const double s = options.C * data.sample_weight[i];
        const double one = s * y * data.class_weight[2 * label + 1];
        const double zero = s * (1 - y) * data.class_weight[2 * label];
        const double p = 1 / (1 + std::exp(-z));
        out.objective += one * std::log1p(std::exp(-z)) + zero * std::log1p(std::exp(z));
        out.weight += one + zero;
        const double residual = zero * p - one * (1 - p);
        for (std::size_t k = 0; k < X.row_size(i); ++k)
            gradient[X.row_indices(i)[k]] += residual * X.row_values(i)[k];
        gradient[X.columns] += residual;
    }
    double squares = gradient[X.columns] * gradient[X.columns];
    const double l1 = options.l1_ratio;
    for (std::size_t f = 0; f < X.columns; ++f) {
        const double w = fit.weights[f * data.labels + label];
        out.objective += l1 * std::abs(w) + (1 - l1) * w * w / 2;
        const double g = gradient[f] + (1 - l1) * w;
        const double shortest = w == 0 ? std::max(std::abs(g) - l1, 0.) : g + (w > 0 ? l1 : -l1);
        squares += shortest * shortest;
    }
    out.violation = std::sqrt(squares);
    return out;
}

void check_optimal(const Data& data, const LogisticOptions& options, const LogisticFit& fit) {
    for (std::size_t j = 0; j < data.labels; ++j) {
        const Optimality at = optimality(data, options, fit, j);
        CHECK(test::close(fit.objective[j], at.objective, 1e-5 * (1 + at.objective)));
        CHECK(at.violation <= 1e-3 * (1 + at.weight));
    }
}

void test_optimum(Random& random, std::size_t rows, std::size_t columns, std::size_t labels, double density) {
    const Data data(random, rows, columns, labels, density);
    for (const double C : {0.01, 1., 100.}) {
        for (const double l1_ratio : {0., 0.5, 1.}) {
            const LogisticOptions options = data.options(C, l1_ratio);
            check_optimal(data, options, data.fit(options));
        }
    }
}

/// Two ways to the same optimum of the L2 penalty: one of them cannot merge the columns of one row.
void test_lone_columns(Random& random) {
    const Data data(random, 30, 200, 3, 0.02);
    const LogisticFit fit = data.fit(data.options(2));
    const LogisticFit other = data.fit(data.options(2, 1e-9));
    for (std::size_t i = 0; i < fit.weights.size(); ++i)
        CHECK(test::close(fit.weights[i], other.weights[i], 1e-3));
    std::vector<bool> is_used(200);
    for (const std::uint32_t column : data.X.indices) is_used[column] = true;
    for (std::size_t i = 0; i < fit.weights.size(); ++i) CHECK(is_used[i / 3] || fit.weights[i] == 0);
}

bool is_same(const LogisticFit& a, const LogisticFit& b) {
    return a.weights == b.weights && a.bias == b.bias && a.objective == b.objective &&
           a.iterations == b.iterations;
}

void test_threads(Random& random) {
    const Data data(random, 50, 60, 40);
    std::vector<std::uint8_t> validation(50);
    for (std::size_t i = 0; i < 50; i += 7) validation[i] = 1;
    for (const double l1_ratio : {0., 0.4}) {
        LogisticOptions options = data.options(1, l1_ratio);
        options.seed = 3;
        options.validation = validation;
        options.feature_dropout = 0.2;
        const LogisticFit one = data.fit(options);
        for (const std::size_t threads : {2, 3, 8}) {
            options.threads = threads;
            CHECK(is_same(data.fit(options), one));
        }
        options.seed = 4;
        CHECK(data.fit(options).weights != one.weights);
    }
}

void test_warm_start(Random& random) {
    const Data data(random, 60, 40, 20);
    for (const double l1_ratio : {0., 0.7}) {
        LogisticOptions options = data.options(1, l1_ratio);
        const LogisticFit optimum = data.fit(options);
        CHECK(optimum.iterations > 1);
        options.tol = 1e-3;
        options.init_weights = optimum.weights;
        options.init_bias = optimum.bias;
        CHECK(data.fit(options).iterations == 0);
        // From elsewhere it gets there too.
        const LogisticFit elsewhere = data.fit(data.options(0.1));
        options.tol = 1e-5;
        options.init_weights = elsewhere.weights;
        options.init_bias = elsewhere.bias;
        check_optimal(data, options, data.fit(options));
    }
}

double held_out_loss(const Data& data, std::span<const std::uint8_t> validation, const LogisticFit& fit) {
    LogisticFit alone = fit;
    Data held_out = data;
    for (std::size_t i = 0; i < validation.size(); ++i) {
        if (validation[i] == 0) held_out.Y[i] = unknown;
    }
    std::fill(held_out.class_weight.begin(), held_out.class_weight.end(), 1.f);
    const LogisticOptions options = held_out.options(1);
    const double penalty = [&] {
        double squares = 0;
        for (const float w : alone.weights) squares += double{w} * w;
        return squares / 2;
    }();
    return optimality(held_out, options, alone, 0).objective - penalty;
}

void test_early_stopping(Random& random) {
    // Pure noise and hardly a penalty: the held-out loss rises soon.
    Data data(random, 200, 60, 1, 0.3);
    for (auto& y : data.Y) y = random.uniform() < 0.5 ? 0.f : 1.f;
    std::fill(data.class_weight.begin(), data.class_weight.end(), 1.f);
    std::vector<std::uint8_t> validation(200);
    std::fill(validation.begin(), validation.begin() + 60, 1);
    LogisticOptions options = data.options(50);
    options.validation = validation;
    options.n_iter_no_change = 1u << 30;
    const LogisticFit best = data.fit(options);
    options.n_iter_no_change = 2;
    const LogisticFit stopped = data.fit(options);
    CHECK(stopped.iterations < best.iterations);
    CHECK(is_same(data.fit(options), stopped));
    // The weights kept are not worse than those at the end of training on the same rows.
    Data rest = data;
    for (std::size_t i = 0; i < 60; ++i) rest.Y[i] = unknown;
    const LogisticFit last = rest.fit(rest.options(50));
    CHECK(held_out_loss(data, validation, best) <= held_out_loss(data, validation, last) * (1 + 1e-4));
    CHECK(held_out_loss(data, validation, best) <= held_out_loss(data, validation, stopped) * (1 + 1e-4));
    // Without a known held-out label there is nothing to stop for.
    for (std::size_t i = 0; i < 60; ++i) data.Y[i] = unknown;
    check_optimal(data, options, data.fit(options));
}

/// The noise has the mean of the data: with one feature of value 1 and balanced labels a row is lost with
/// probability q and else counts with value 1 / (1 - q), so that the fit is known.
void test_dropout(Random& random) {
    constexpr std::size_t rows = 4000;
    constexpr double q = 0.25;
    Csr X{.rows = rows, .columns = 1, .indptr = {0}, .indices = {}, .values = {}};
    std::vector<float> Y;
    for (std::size_t i = 0; i < rows; ++i) {
        X.indices.push_back(0);
        X.values.push_back(i % 2 == 0 ? 1.f : -1.f);
        X.indptr.push_back(static_cast<std::uint32_t>(i + 1));
        const bool is_right = i % 10 < 8;
        Y.push_back((i % 2 == 0) == is_right ? 1.f : 0.f);
    }
    LogisticOptions options{
        .C = 1000, .tol = 1e-6, .max_iter = 200, .feature_dropout = q, .seed = random.next()};
    const LogisticFit fit = fit_logistic(X.view(), Y, 1, options, {});
    // Rows that are left have log-odds ln 4 at score w / (1 - q).
    CHECK(test::close(fit.weights[0], (1 - q) * std::log(4), 0.05));
    CHECK(is_same(fit_logistic(X.view(), Y, 1, options, {}), fit));
    // q n ln 2 of loss comes from the rows that lost the feature: their share is q.
    const double entropy = -(0.8 * std::log(0.8) + 0.2 * std::log(0.2));
    const double expected = 1000 * rows * (q * std::log(2) + (1 - q) * entropy);
    CHECK(test::close(fit.objective[0] / expected, 1, 0.025));
}

bool is_refused(const Data& data, const LogisticOptions& options) {
    try {
        data.fit(options);
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

void test_refusal(Random& random) {
    Data data(random, 10, 5, 1);
    LogisticOptions options = data.options(1);
    const std::vector<std::uint8_t> all(10, 1);
    options.validation = all;
    CHECK(is_refused(data, options));
    for (auto& x : data.X.values) x *= 1e30f;
    // An overflow ends, and either leaves numbers or is told.
    for (const double l1_ratio : {0., 0.5}) {
        if (is_refused(data, data.options(1, l1_ratio))) continue;
        for (const float w : data.fit(data.options(1, l1_ratio)).weights) CHECK(std::isfinite(w));
    }
}

void test_stop(Random& random, double l1_ratio, std::size_t threads) {
    const Data data(random, 20, 5, 40, 0.5);
    LogisticOptions options = data.options(1, l1_ratio);
    options.threads = threads;
    std::uint32_t calls = 0;
    try {
        fit_logistic(data.X.view(), data.Y, 40, options,
                     [&](std::uint32_t, std::uint32_t) { return ++calls < 5; });
    } catch (const Stopped&) {
        CHECK(calls >= 5);
        return;
    }
    CHECK(!"the work went on");
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_optimum(random, 60, 20, 1, 0.3);
    test_optimum(random, 40, 100, 16, 0.3);
    test_optimum(random, 40, 100, 5, 0.03);
    test_optimum(random, 100, 10, 33, 0.3);
    test_optimum(random, 5, 0, 2, 0.3);
    test_optimum(random, 0, 5, 2, 0.3);
    test_lone_columns(random);
    test_threads(random);
    test_warm_start(random);
    test_early_stopping(random);
    test_dropout(random);
    test_refusal(random);
    for (const double l1_ratio : {0., 0.5}) {
        for (const std::size_t threads : {1, 3}) test_stop(random, l1_ratio, threads);
    }
}
