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
using test::symmetric;

namespace {

std::vector<float> floats(Random& random, std::size_t n, double scale) {
    std::vector<float> out(n);
    for (auto& x : out) x = symmetric(random, scale);
    return out;
}

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
    }
}
