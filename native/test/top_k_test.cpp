// Exact search against sorting all distances in doubles; the same bytes for any number of threads.
#include "pointsman/top_k.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "check.h"
#include "matrix.h"

using namespace pointsman;

namespace {

double distance(const float* q, const float* v, std::size_t n, Metric metric) {
    double squares = 0, product = 0, qq = 0, vv = 0;
    for (std::size_t j = 0; j < n; ++j) {
        squares += (double{q[j]} - v[j]) * (double{q[j]} - v[j]);
        product += double{q[j]} * v[j];
        qq += double{q[j]} * q[j];
        vv += double{v[j]} * v[j];
    }
    if (metric == Metric::l2) return squares;
    if (metric == Metric::ip) return 1 - product;
    return 1 - (product == 0 ? 0 : product / std::sqrt(qq * vv));
}

void test_search(Random& random, std::size_t rows, std::size_t columns, std::size_t queries, std::size_t k,
                 Metric metric, float offset) {
    Dense vectors = test::random_dense(random, rows, columns, offset);
    Dense asked = test::random_dense(random, queries, columns, offset);
    // One vector is there several times, one query is it, and one vector is zero.
    for (std::size_t copy = 0; copy < rows; copy += 7) {
        std::copy_n(vectors.values.data(), columns, vectors.values.data() + copy * columns);
    }
    std::copy_n(vectors.values.data(), columns, asked.values.data());
    if (rows > 1) std::fill_n(vectors.values.data() + columns, columns, 0.f);
    const ExactIndex index(vectors.view(), metric, 2);
    CHECK(index.size() == rows && index.columns() == columns);
    const Neighbors found = index.search(asked.view(), k, 1, {});
    for (const std::size_t threads : {2, 3}) {
        const Neighbors again = index.search(asked.view(), k, threads, {});
        CHECK(again.indices == found.indices && again.distances == found.distances);
    }
    for (std::size_t q = 0; q < queries; ++q) {
        std::vector<double> all(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            all[i] = distance(asked.view().row(q), vectors.view().row(i), columns, metric);
        }
        std::vector<double> sorted = all;
        std::sort(sorted.begin(), sorted.end());
        std::vector<bool> seen(rows);
        const double tolerance =
            1e-5 * (1 + static_cast<double>(columns) + offset * offset * columns * (metric == Metric::ip));
        for (std::size_t i = 0; i < k; ++i) {
            const std::uint32_t at = found.indices[q * k + i];
            const float here = found.distances[q * k + i];
            CHECK(at < rows && !seen[at]);
            seen[at] = true;
            CHECK(test::close(here, all[at], tolerance));
            CHECK(test::close(here, sorted[i], tolerance));
            if (i == 0) continue;
            const float before = found.distances[q * k + i - 1];
            CHECK(before < here || (before == here && found.indices[q * k + i - 1] < at));
        }
        const Dense one{1, columns, {asked.view().row(q), asked.view().row(q) + columns}};
        const Neighbors alone = index.search(one.view(), k, 1, {});
        CHECK(std::equal(alone.indices.begin(), alone.indices.end(), found.indices.data() + q * k));
        CHECK(std::equal(alone.distances.begin(), alone.distances.end(), found.distances.data() + q * k));
    }
}

void test_copies(Random& random) {
    Dense vectors = test::random_dense(random, 100, 9, 0);
    for (std::size_t i = 0; i < 100; ++i)
        std::copy_n(vectors.values.data(), 9, vectors.values.data() + i * 9);
    const Dense query = test::random_dense(random, 1, 9, 0);
    for (const Metric metric : {Metric::l2, Metric::ip, Metric::cosine}) {
        const Neighbors found = ExactIndex(vectors.view(), metric, 1).search(query.view(), 40, 1, {});
        for (std::uint32_t i = 0; i < 40; ++i) CHECK(found.indices[i] == i);
    }
}

void test_stop(Random& random) {
    const Dense vectors = test::random_dense(random, 10, 3, 0);
    const Dense queries = test::random_dense(random, 5000, 3, 0);
    bool stopped = false;
    std::uint32_t last = 0;
    try {
        ExactIndex(vectors.view(), Metric::l2, 1)
            .search(queries.view(), 1, 1, [&](std::uint32_t done, std::uint32_t total) {
                CHECK(total == 5000);
                last = done;
                return done < 1000;
            });
    } catch (const Stopped&) {
        stopped = true;
    }
    CHECK(stopped && last >= 1000 && last < 5000);
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const Metric metric : {Metric::l2, Metric::ip, Metric::cosine}) {
        test_search(random, 1, 1, 1, 1, metric, 0);
        test_search(random, 33, 5, 100, 33, metric, 0);
        test_search(random, 500, 17, 13, 10, metric, 0);
        test_search(random, 300, 64, 50, 7, metric, 10);
        test_search(random, 17000, 3, 2, 25, metric, 0);
        for (std::size_t columns = 1; columns < 40; ++columns) {
            const std::size_t rows = 1 + test::below(random, 90);
            test_search(random, rows, columns, 3, 1 + test::below(random, rows), metric, 0);
        }
    }
    test_copies(random);
    test_stop(random);
}
