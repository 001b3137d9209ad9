// The distance kernels of every instruction set that this machine has, against plain code in doubles: all
// small shapes, starts that are not aligned.
#include "simd/kernels.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "check.h"

using namespace pointsman;
using test::below;
using test::close;
using test::floats;
using test::symmetric;

namespace {

/// Points [count x columns] in the groups that the kernel takes, behind `start` floats of something else.
std::vector<float> grouped(const std::vector<float>& points, std::size_t count, std::size_t columns,
                           std::size_t most, std::size_t start) {
    std::vector<float> out(start);
    const std::size_t groups = (count + most - 1) / most;
    std::size_t first = 0;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t size = group_size(count, groups, g);
        CHECK(size >= 1 && size <= most);
        for (std::size_t j = 0; j < columns; ++j) {
            for (std::size_t i = 0; i < size; ++i) out.push_back(points[(first + i) * columns + j]);
        }
        first += size;
    }
    CHECK(first == count);
    return out;
}

void test_products(const DistanceKernels& simd, Random& random, std::size_t columns, std::size_t count) {
    const std::size_t start = below(random, 4);
    const auto block = floats(random, start + columns * block_rows, 1);
    const auto points = floats(random, count * columns, 2);
    const auto half = floats(random, count, 1);
    const auto packed = grouped(points, count, columns, simd.group, start);
    std::vector<float> products(start + count * block_rows);
    std::array<float, block_rows> score;
    std::array<std::uint32_t, block_rows> label;
    simd.products(block.data() + start, columns, packed.data() + start, count, products.data() + start);
    simd.nearest(products.data() + start, half.data(), count, score.data(), label.data());
    for (std::size_t r = 0; r < block_rows; ++r) {
        float most = -std::numeric_limits<float>::infinity();
        std::uint32_t first = 0;
        for (std::uint32_t p = 0; p < count; ++p) {
            double dot = 0;
            for (std::size_t j = 0; j < columns; ++j) {
                dot += double{block[start + j * block_rows + r]} * points[p * columns + j];
            }
            const float product = products[start + p * block_rows + r];
            CHECK(close(product, dot, 1e-6 * static_cast<double>(columns)));
            if (product - half[p] > most) {
                most = product - half[p];
                first = p;
            }
        }
        CHECK(score[r] == most);
        CHECK(label[r] == first);
    }
}

/// A product must not depend on what else is in its group: searches would depend on who asks beside.
void test_group_independence(const DistanceKernels& simd, Random& random) {
    constexpr std::size_t columns = 37;
    const auto block = floats(random, columns * block_rows, 1);
    const auto points = floats(random, 40 * columns, 1);
    std::vector<float> alone(block_rows), together(40 * block_rows);
    for (std::size_t count = 1; count <= 40; ++count) {
        simd.products(block.data(), columns, grouped(points, count, columns, simd.group, 0).data(), count,
                      together.data());
        simd.products(block.data(), columns, points.data() + (count - 1) * columns, 1, alone.data());
        CHECK(std::equal(alone.begin(), alone.end(), together.data() + (count - 1) * block_rows));
    }
}

void test_rows(const DistanceKernels& simd, Random& random) {
    for (std::size_t n = 0; n < 90; ++n) {
        const auto a = floats(random, n + 1, 3);
        const auto b = floats(random, n + 3, 3);
        std::vector<double> sum(n + 1);
        for (auto& x : sum) x = symmetric(random, 1);
        const auto before = sum;
        double distance = 0;
        for (std::size_t i = 0; i < n; ++i) distance += std::pow(double{a[1 + i]} - b[3 + i], 2);
        CHECK(
            close(simd.squared_distance(a.data() + 1, b.data() + 3, n), distance, 1e-6 * (distance + 1e-9)));
        simd.add(sum.data() + 1, -0.5, a.data() + 1, n);
        CHECK(sum[0] == before[0]);
        for (std::size_t i = 0; i < n; ++i) CHECK(close(sum[1 + i], before[1 + i] - 0.5 * a[1 + i], 1e-12));
    }
}

void test_ties(const DistanceKernels& simd) {
    const std::vector<float> products(5 * block_rows, 1.f);
    const std::vector<float> half{3, 1, 1, 2, 1};
    std::array<float, block_rows> score;
    std::array<std::uint32_t, block_rows> label;
    simd.nearest(products.data(), half.data(), 5, score.data(), label.data());
    for (std::size_t r = 0; r < block_rows; ++r) CHECK(label[r] == 1 && score[r] == 0);
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const Kernels* simd : available_kernels()) {
        std::printf("%s\n", std::string(simd->name).c_str());
        for (std::size_t columns = 1; columns <= 70; ++columns) {
            test_products(simd->distance, random, columns, 1 + below(random, 70));
        }
        for (std::size_t count = 1; count <= 70; ++count) {
            test_products(simd->distance, random, 1 + below(random, 70), count);
        }
        test_products(simd->distance, random, 3, 500);
        test_group_independence(simd->distance, random);
        test_rows(simd->distance, random);
        test_ties(simd->distance);
    }
}
