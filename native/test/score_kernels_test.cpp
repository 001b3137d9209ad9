// Every kernel of the hot path behind the hashes, on every instruction set that this machine has, against
// plain code: whole numbers exactly, the others in doubles.
#include <algorithm>
#include <array>
#include <vector>

#include "check.h"
#include "core/hash.h"
#include "simd/kernels.h"

using namespace pointsman;
using test::below;
using test::close;
using test::symmetric;

namespace {

constexpr std::array<std::size_t, 4> strides{16, 32, 80, 1040};

/// A table of random terms with random rows.
struct Model {
    Model(Random& random, std::size_t terms, std::size_t stride) : stride(stride), known(terms) {
        for (auto& hash : known) hash = random.next();
        table = build_term_table(known);
        rows.resize((1 + table.tags.size()) * stride);
        for (const std::uint32_t place : table.place_of_term) {
            for (std::size_t j = 0; j < stride; ++j)
                rows[(1 + place) * stride + j] = static_cast<std::int16_t>(random.next());
        }
    }

    /// Known and unknown hashes, `n` of them, and the row of each.
    std::vector<std::uint64_t> draw(Random& random, std::size_t n, std::vector<std::uint32_t>& found) const {
        std::vector<std::uint64_t> hashes(n);
        found.assign(n, 0);
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t term = below(random, 2 * known.size() + 1);
            hashes[i] = term < known.size() ? known[term] : random.next();
            if (term < known.size()) found[i] = 1 + table.place_of_term[term];
        }
        return hashes;
    }

    std::vector<float> naive_sums(const std::vector<std::uint32_t>& of) const {
        std::vector<std::int64_t> sums(stride);
        for (const std::uint32_t row : of) {
            for (std::size_t j = 0; j < stride; ++j) sums[j] += rows[row * stride + j];
        }
        return {sums.begin(), sums.end()};
    }

    std::size_t stride;
    std::vector<std::uint64_t> known;
    BuiltTermTable table;
    std::vector<std::int16_t> rows;
};

/// All instruction sets give these very sums, hence also the same.
void check_sums(const Kernels& simd, const Model& model, const std::vector<std::uint64_t>& hashes,
                const std::vector<std::uint32_t>& expected_rows) {
    const TermTable table = model.table.view();
    const auto expected = model.naive_sums(expected_rows);
    std::vector<std::uint32_t> rows(hashes.size());
    std::vector<float> sums(model.stride, -1);
    simd.score.find_and_sum(table, hashes.data(), hashes.size(), model.rows.data(), model.stride, rows.data(),
                            sums.data());
    CHECK(sums == expected);
    simd.score.find(table, hashes.data(), hashes.size(), rows.data());
    CHECK(rows == expected_rows);
    std::fill(sums.begin(), sums.end(), -1.f);
    simd.score.sum_rows(model.rows.data(), model.stride, rows.data(), rows.size(), sums.data());
    CHECK(sums == expected);
}

void test_sums(const Kernels& simd, Random& random) {
    for (const std::size_t stride : strides) {
        for (const std::size_t terms : {0u, 1u, 5u, 300u}) {
            const Model model(random, terms, stride);
            std::vector<std::uint32_t> rows;
            for (std::size_t n = 0; n < 40; ++n) {
                const auto hashes = model.draw(random, n, rows);
                check_sums(simd, model, hashes, rows);
            }
        }
    }
}

/// The most rows of the largest numbers: the sum just fits.
void test_largest_sums(const Kernels& simd, Random& random) {
    for (const std::int16_t extreme : {INT16_MIN, INT16_MAX}) {
        Model model(random, 1, lanes);
        for (std::size_t j = 0; j < lanes; ++j)
            model.rows[(1 + model.table.place_of_term[0]) * lanes + j] = extreme;
        check_sums(simd, model, std::vector<std::uint64_t>(most_rows, model.known[0]),
                   std::vector<std::uint32_t>(most_rows, 1 + model.table.place_of_term[0]));
    }
}

/// An n-gram whose tag is 0 is found at a free place too, as the header says; it is without effect there.
void test_free_places(const Kernels& simd, Random& random) {
    const Model model(random, 50, lanes);
    const TermTable table = model.table.view();
    const auto is_free = [&](std::uint32_t row) {
        const auto& taken = model.table.place_of_term;
        return row == 0 || std::find(taken.begin(), taken.end(), row - 1) == taken.end();
    };
    std::vector<std::uint64_t> hashes(1000);
    for (auto& hash : hashes) hash = random.next() << 32;
    std::vector<std::uint32_t> rows(hashes.size());
    simd.score.find(table, hashes.data(), hashes.size(), rows.data());
    CHECK(std::any_of(rows.begin(), rows.end(), [](std::uint32_t row) { return row != 0; }));
    CHECK(std::all_of(rows.begin(), rows.end(), is_free));
    std::vector<float> sums(lanes, -1);
    simd.score.find_and_sum(table, hashes.data(), hashes.size(), model.rows.data(), lanes, rows.data(),
                            sums.data());
    CHECK(sums == std::vector<float>(lanes));
}

void test_weigh_rows(const Kernels& simd, Random& random) {
    for (const std::size_t stride : strides) {
        const Model model(random, 20, stride);
        std::vector<std::uint32_t> rows;
        for (std::size_t n = 0; n < 40; ++n) {
            model.draw(random, n, rows);
            std::vector<float> weights(n), sums(stride, -1);
            for (auto& w : weights) w = symmetric(random, 5);
            simd.score.weigh_rows(model.rows.data(), stride, rows.data(), weights.data(), n, sums.data());
            for (std::size_t j = 0; j < stride; ++j) {
                double sum = 0;
                double size = 0;
                for (std::size_t k = 0; k < n; ++k) {
                    const double w = weights[k];
                    const double factor = j == stride - 1 ? w * w : j == stride - 2 ? 1 : w;
                    const double term = factor * model.rows[rows[k] * stride + j];
                    sum += term;
                    size += std::abs(term);
                }
                // One rounding of 2^-24 for each of the n additions and the two products before.
                CHECK(close(sums[j], sum, size * static_cast<double>(n + 2) * 0x1p-24));
            }
        }
    }
}

void test_add_scaled(const Kernels& simd, Random& random) {
    for (const std::size_t n : strides) {
        std::vector<float> base(n + 1), x(n + 3), scales(n + 5), z(n + 1);
        for (auto* numbers : {&base, &x, &scales}) {
            for (auto& number : *numbers) number = symmetric(random, 100);
        }
        const float factor = symmetric(random, 2);
        simd.score.add_scaled(base.data() + 1, x.data() + 3, scales.data() + 5, factor, n, z.data() + 1);
        for (std::size_t i = 0; i < n; ++i) {
            const double product = double{factor} * scales[5 + i] * x[3 + i];
            CHECK(close(z[1 + i], base[1 + i] + product,
                        (std::abs(product) + std::abs(base[1 + i])) * 0x1p-22));
        }
        const auto expected = z;
        simd.score.add_scaled(base.data() + 1, x.data() + 3, scales.data() + 5, factor, n, base.data() + 1);
        CHECK(std::equal(base.begin() + 1, base.end(), expected.begin() + 1));
    }
}

void test_add_dense(const Kernels& simd, Random& random) {
    for (const std::size_t stride : strides) {
        for (const std::size_t n : {0u, 1u, 2u, 7u, 40u}) {
            std::vector<float> x(n), weights(n * stride + 1), z(stride + 1);
            for (auto* numbers : {&x, &weights, &z}) {
                for (auto& number : *numbers) number = symmetric(random, 3);
            }
            const auto before = z;
            simd.score.add_dense(x.data(), n, weights.data() + 1, stride, z.data() + 1);
            CHECK(z[0] == before[0]);
            for (std::size_t j = 0; j < stride; ++j) {
                double sum = before[1 + j];
                double size = std::abs(sum);
                for (std::size_t i = 0; i < n; ++i) {
                    const double term = double{x[i]} * weights[1 + i * stride + j];
                    sum += term;
                    size += std::abs(term);
                }
                CHECK(close(z[1 + j], sum, size * static_cast<double>(n + 1) * 0x1p-24));
            }
        }
    }
}

void test_sigmoid(const Kernels& simd, Random& random) {
    for (const double scale : {1e-6, 0.01, 1., 20., 200., 1e30}) {
        for (const std::size_t n : strides) {
            std::vector<float> z(n + 1);
            for (auto& v : z) v = symmetric(random, scale);
            const auto before = z;
            simd.score.sigmoid(z.data() + 1, n);
            for (std::size_t i = 1; i <= n; ++i) {
                CHECK(z[i] >= 0 && z[i] <= 1);
                CHECK(close(z[i], 1 / (1 + std::exp(-double{before[i]})), 1e-6));
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const Kernels* simd : available_kernels()) {
        std::printf("%s\n", std::string(simd->name).c_str());
        test_sums(*simd, random);
        test_largest_sums(*simd, random);
        test_free_places(*simd, random);
        test_weigh_rows(*simd, random);
        test_add_scaled(*simd, random);
        test_add_dense(*simd, random);
        test_sigmoid(*simd, random);
    }
}
