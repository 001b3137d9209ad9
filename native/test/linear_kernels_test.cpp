// Every numeric kernel of every instruction set that this machine has, against plain code in doubles: all
// small lengths, starts that are not aligned.
#include "simd/kernels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "check.h"
#include "pointsman/aligned.h"

using namespace pointsman;
using test::below;
using test::close;
using test::floats;
using test::symmetric;

namespace {

void test_rows(const Kernels& simd, Random& random) {
    constexpr std::size_t table_rows = 20;
    for (const std::size_t stride : {lanes, 2 * lanes, 5 * lanes}) {
        for (std::size_t n = 0; n < 40; ++n) {
            const std::size_t start = below(random, 4);
            const auto table = floats(random, start + table_rows * stride, 1);
            const auto values = floats(random, n, 2);
            std::vector<std::uint32_t> rows(n);
            for (auto& row : rows) row = static_cast<std::uint32_t>(below(random, table_rows));
            std::vector<float> dots(stride + 1);
            simd.linear.sparse_dot(values.data(), rows.data(), n, table.data() + start, stride,
                                   dots.data() + 1);
            for (std::size_t j = 0; j < stride; ++j) {
                double dot = 0;
                for (std::size_t k = 0; k < n; ++k) {
                    dot += double{values[k]} * table[start + rows[k] * stride + j];
                }
                CHECK(close(dots[1 + j], dot, 1e-5 * static_cast<double>(n + 1)));
            }
            auto sums = floats(random, table_rows * lanes, 1);
            const auto before = sums;
            const auto step = floats(random, lanes + 1, 1);
            std::vector<std::uint32_t> distinct(std::min(n, table_rows));
            for (std::size_t k = 0; k < distinct.size(); ++k) distinct[k] = static_cast<std::uint32_t>(k);
            simd.linear.sparse_add(values.data(), distinct.data(), distinct.size(), step.data() + 1,
                                   sums.data());
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const double value = i / lanes < distinct.size() ? values[i / lanes] : 0;
                CHECK(close(sums[i], before[i] + value * step[1 + i % lanes], 1e-6));
            }
        }
    }
}

void test_logistic(const Kernels& simd, Random& random) {
    for (std::size_t rows = 0; rows < 20; ++rows) {
        const std::size_t n = rows * lanes;
        for (const double scale : {0.01, 1., 20., 200.}) {
            const auto z = floats(random, n + 1, scale);
            auto y = floats(random, n, 1);
            auto c = floats(random, n, 1);
            for (auto& x : y) x = std::abs(x);
            for (auto& x : c) x = std::abs(x);
            std::vector<float> residual(n), curvature(n);
            std::array<double, lanes> loss{}, expected{};
            simd.linear.logistic(z.data() + 1, y.data(), c.data(), rows, residual.data(), curvature.data(),
                                 loss.data());
            for (std::size_t i = 0; i < n; ++i) {
                const double v = z[1 + i];
                const double p = 1 / (1 + std::exp(-v));
                CHECK(close(residual[i], c[i] * (p - y[i]), 1e-6));
                CHECK(close(curvature[i], c[i] * p * (1 - p), 1e-6));
                expected[i % lanes] +=
                    c[i] * (std::max(v, 0.) + std::log1p(std::exp(-std::abs(v))) - y[i] * v);
            }
            for (std::size_t l = 0; l < lanes; ++l)
                CHECK(close(loss[l], expected[l], 1e-6 * (1 + scale) * (1 + expected[l])));
        }
    }
}

void test_lanes(const Kernels& simd, Random& random) {
    for (std::size_t rows = 0; rows < 20; ++rows) {
        const std::size_t n = rows * lanes;
        const auto a = floats(random, n + 1, 1);
        auto b = floats(random, n + 3, 1);
        const auto before = b;
        const auto alpha = floats(random, lanes, 1);
        const auto beta = floats(random, lanes, 1);
        std::array<double, lanes> dots{}, expected{};
        simd.linear.dot(a.data() + 1, b.data() + 3, rows, dots.data());
        simd.linear.blend(alpha.data(), a.data() + 1, beta.data(), b.data() + 3, rows);
        for (std::size_t i = 0; i < n; ++i) {
            expected[i % lanes] += double{a[1 + i]} * before[3 + i];
            CHECK(close(b[3 + i],
                        double{alpha[i % lanes]} * a[1 + i] + double{beta[i % lanes]} * before[3 + i], 1e-6));
        }
        for (std::size_t l = 0; l < lanes; ++l)
            CHECK(close(dots[l], expected[l], 1e-6 * static_cast<double>(rows + 1)));
    }
}

/// The dual variable is at its best where it equals c (y - sigmoid(score)), with the score that it leads to.
void test_dual_step(const Kernels& simd, Random& random) {
    constexpr std::size_t columns = 20;
    for (const double scale : {0.1, 1., 30., 1000.}) {
        for (std::size_t n = 0; n <= columns; ++n) {
            auto W = floats(random, columns * lanes, 1);
            auto bias = floats(random, lanes, 1);
            const auto values = floats(random, n, 1);
            auto y = floats(random, lanes, 1);
            auto c = floats(random, lanes, scale);
            for (auto& x : y) x = std::abs(x);
            for (auto& x : c) x = std::abs(x);
            c[3] = 0;
            y[5] = 1;
            std::vector<std::uint32_t> indices(n);
            double square = 0.25;
            for (std::size_t k = 0; k < n; ++k) {
                indices[k] = static_cast<std::uint32_t>(k);
                square += double{values[k]} * values[k];
            }
            std::vector<float> dual(lanes), moved(lanes, 1);
            for (std::size_t l = 0; l < lanes; ++l) dual[l] = c[l] * symmetric(random, 1);
            const auto before = dual;
            const auto W_before = W;
            const auto bias_before = bias;
            simd.linear.dual_step({.values = values.data(),
                                   .indices = indices.data(),
                                   .n = n,
                                   .square = static_cast<float>(square - 0.25),
                                   .bias_square = 0.25f,
                                   .y = y.data(),
                                   .c = c.data(),
                                   .dual = dual.data(),
                                   .rounds = 30},
                                  W.data(), bias.data(), moved.data());
            for (std::size_t l = 0; l < lanes; ++l) {
                const double step = double{dual[l]} - before[l];
                double z = bias_before[l] + 0.25 * step;
                for (std::size_t k = 0; k < n; ++k) {
                    const std::size_t i = k * lanes + l;
                    CHECK(close(W[i], W_before[i] + values[k] * step, 1e-5 * (1 + scale)));
                    z += values[k] * (W_before[i] + values[k] * step);
                }
                // An error of a score is one of the dual variable, up to c / 4 times as large.
                const double error = 1e-5 + 1e-6 * scale * square;
                CHECK(close(dual[l], c[l] * (y[l] - 1 / (1 + std::exp(-z))), c[l] * error + 1e-7));
                CHECK(close(bias[l], bias_before[l] + 0.25 * step, 1e-5 * (1 + scale)));
                CHECK(close(moved[l], 1 + std::abs(step), 1e-5 * (1 + scale)));
            }
        }
    }
}

/// The step leads to the lowest point of the model along the column: 0 is a subgradient there.
void test_column_step(const Kernels& simd, Random& random) {
    constexpr std::size_t rows = 12;
    for (const float l1 : {0.f, 0.3f, 1.f}) {
        for (std::size_t n = 0; n <= rows; ++n) {
            const float l2 = 1 - l1;
            auto curvature = floats(random, rows * lanes, 1);
            for (auto& x : curvature) x = std::abs(x);
            auto slopes = floats(random, rows * lanes, 1);
            const auto slopes_before = slopes;
            const auto values = floats(random, n, 2);
            std::vector<std::uint32_t> indices(n);
            for (std::size_t k = 0; k < n; ++k) indices[k] = static_cast<std::uint32_t>(k);
            auto w = floats(random, lanes, 1);
            w[2] = 0;
            std::vector<float> active(lanes, 1), moved(lanes);
            active[7] = 0;
            const auto w_before = w;
            simd.linear.column_step({.values = values.data(),
                                     .indices = indices.data(),
                                     .n = n,
                                     .curvature = curvature.data(),
                                     .l1 = l1,
                                     .l2 = l2},
                                    active.data(), w.data(), slopes.data(), moved.data());
            CHECK(w[7] == w_before[7]);
            for (std::size_t l = 0; l < lanes; ++l) {
                const double step = double{w[l]} - w_before[l];
                double slope = l2 * double{w[l]};
                double bend = l2;
                for (std::size_t k = 0; k < n; ++k) {
                    const std::size_t i = k * lanes + l;
                    bend += double{values[k]} * values[k] * curvature[i];
                    slope += values[k] * (slopes_before[i] + values[k] * curvature[i] * step);
                    CHECK(close(slopes[i], slopes_before[i] + values[k] * curvature[i] * step, 1e-4));
                }
                CHECK(close(std::sqrt(moved[l]), std::abs(step) * bend, 1e-3 * (1 + std::abs(step) * bend)));
                if (l == 7 || bend < 0.1) continue;
                if (w[l] == 0)
                    CHECK(std::abs(slope) <= l1 + 1e-4 * (1 + bend));
                else
                    CHECK(close(slope, w[l] > 0 ? -l1 : l1, 1e-4 * (1 + bend)));
            }
        }
    }
}

void test_penalty(const Kernels& simd, Random& random) {
    for (std::size_t rows = 0; rows < 9; ++rows) {
        const auto w = floats(random, rows * lanes + 1, 2);
        std::array<double, lanes> out{}, expected{};
        simd.linear.penalty(w.data() + 1, rows, 0.7f, 0.4f, out.data());
        for (std::size_t i = 0; i < rows * lanes; ++i)
            expected[i % lanes] += 0.7 * std::abs(w[1 + i]) + 0.2 * double{w[1 + i]} * w[1 + i];
        for (std::size_t l = 0; l < lanes; ++l) CHECK(close(out[l], expected[l], 1e-5));
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    const auto tables = available_kernels();
    CHECK(!tables.empty());
    for (const Kernels* simd : tables) {
        std::printf("%s\n", std::string(simd->name).c_str());
        test_rows(*simd, random);
        test_logistic(*simd, random);
        test_lanes(*simd, random);
        test_dual_step(*simd, random);
        test_column_step(*simd, random);
        test_penalty(*simd, random);
    }
}
