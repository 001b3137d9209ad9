// What k-means gives back hangs together, in doubles: nearest centroids, means of their rows, the inertia.
// Dense and sparse rows, any number of threads, bad luck of all kinds.
#include "pointsman/kmeans.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "check.h"
#include "matrix.h"

using namespace pointsman;

namespace {

Dense to_dense(const Csr& X) {
    Dense out{.rows = X.rows, .columns = X.columns, .values = AlignedVector<float>(X.rows * X.columns)};
    for (std::size_t i = 0; i < X.rows; ++i) {
        for (std::size_t k = X.indptr[i]; k < X.indptr[i + 1]; ++k) {
            out.values[i * X.columns + X.indices[k]] = X.values[k];
        }
    }
    return out;
}

double squared_distance(const float* a, const float* b, std::size_t n) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += (double{a[j]} - b[j]) * (double{a[j]} - b[j]);
    return sum;
}

/// Of a converged fit to X, given as `view` in one kind or the other.
void check_fit(const DenseView& X, const MatrixView& view, const KMeansFit& fit, std::size_t clusters,
               double tolerance) {
    std::vector<double> means(clusters * X.columns), sizes(clusters);
    double inertia = 0;
    CHECK(fit.labels.size() == X.rows && fit.centroids.size() == clusters * X.columns);
    const KMeansLabels again = nearest_centroids(view, fit.centroids, clusters, 2);
    for (std::size_t i = 0; i < X.rows; ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < clusters; ++c) {
            nearest = std::min(nearest,
                               squared_distance(X.row(i), fit.centroids.data() + c * X.columns, X.columns));
        }
        const std::size_t label = fit.labels[i];
        for (const std::size_t chosen : {label, static_cast<std::size_t>(again.labels[i])}) {
            const float* centroid = fit.centroids.data() + chosen * X.columns;
            CHECK(test::close(squared_distance(X.row(i), centroid, X.columns), nearest, tolerance));
        }
        CHECK(test::close(again.distances[i], nearest, tolerance));
        inertia += nearest;
        sizes[label] += 1;
        for (std::size_t j = 0; j < X.columns; ++j) means[label * X.columns + j] += X.row(i)[j];
    }
    CHECK(test::close(fit.inertia, inertia, tolerance * (1 + inertia)));
    for (std::size_t c = 0; c < clusters; ++c) {
        CHECK(sizes[c] > 0);
        for (std::size_t j = 0; j < X.columns; ++j) {
            CHECK(test::close(fit.centroids[c * X.columns + j], means[c * X.columns + j] / sizes[c],
                              tolerance));
        }
    }
}

bool same(const KMeansFit& a, const KMeansFit& b) {
    return a.centroids == b.centroids && a.labels == b.labels && a.inertia == b.inertia &&
           a.iterations == b.iterations;
}

KMeansFit fit_on_threads(const MatrixView& X, KMeansOptions options) {
    const KMeansFit fit = fit_kmeans(X, options, {});
    for (const std::size_t threads : {2, 3}) {
        options.threads = threads;
        CHECK(same(fit, fit_kmeans(X, options, {})));
    }
    return fit;
}

void test_fixed_point(Random& random, std::size_t rows, std::size_t columns, std::size_t clusters) {
    const Csr sparse = test::random_csr(random, rows, columns, 0.4);
    const Dense dense = to_dense(sparse);
    for (const KMeansInit init : {KMeansInit::plus_plus, KMeansInit::random}) {
        const KMeansOptions options{clusters, 3, 300, 0, random.next(), init};
        for (const MatrixView& view : {MatrixView(sparse.view()), MatrixView(dense.view())}) {
            check_fit(dense.view(), view, fit_on_threads(view, options), clusters, 1e-4);
        }
    }
}

/// A common offset a thousand times the spread must not cost the digits that tell rows apart.
void test_far_from_origin(Random& random) {
    const Dense X = test::random_dense(random, 300, 30, 1000);
    const KMeansFit fit = fit_on_threads(X.view(), {7, 2, 300, 0, 5});
    check_fit(X.view(), X.view(), fit, 7, 2e-2);
}

/// All start in one place: all but one cluster are empty and must be filled.
void test_empty_clusters(Random& random) {
    const Csr sparse = test::random_csr(random, 200, 20, 0.5);
    const Dense dense = to_dense(sparse);
    std::vector<float> start;
    for (std::size_t c = 0; c < 9; ++c) {
        start.insert(start.end(), dense.view().row(0), dense.view().row(0) + 20);
    }
    for (const MatrixView& view : {MatrixView(sparse.view()), MatrixView(dense.view())}) {
        const KMeansFit fit = fit_on_threads(view, {9, 1, 300, 0, 1, KMeansInit::given, start});
        check_fit(dense.view(), view, fit, 9, 1e-4);
    }
}

void test_copies(Random& random) {
    Dense X = test::random_dense(random, 40, 5, 0);
    for (std::size_t i = 2; i < 40; ++i) std::copy_n(X.values.data(), 5, X.values.data() + i * 5);
    const KMeansFit fit = fit_on_threads(X.view(), {6, 2, 50, 0, 3});
    CHECK(fit.inertia < 1e-9);
}

void test_mini_batches(Random& random) {
    // Eight far apart clusters; row i is of cluster i % 8.
    const Dense centres = test::random_dense(random, 8, 12, 0);
    Dense X = test::random_dense(random, 4000, 12, 0);
    for (std::size_t i = 0; i < X.rows; ++i) {
        for (std::size_t j = 0; j < 12; ++j) {
            X.values[i * 12 + j] = 10 * centres.values[i % 8 * 12 + j] + 0.1f * X.values[i * 12 + j];
        }
    }
    std::vector<MiniBatchState> states(3);
    for (std::size_t t = 0; t < states.size(); ++t) {
        for (std::size_t begin = 0, step = 0; begin < X.rows; begin += 200, ++step) {
            const DenseView batch{200, 12, std::span(X.values).subspan(begin * 12, 200 * 12)};
            mini_batch_step(batch, 8, step, t + 1, states[t]);
        }
        CHECK(states[t].centroids == states[0].centroids && states[t].counts == states[0].counts);
    }
    const auto inertia = [&](std::span<const float> centroids) {
        double sum = 0;
        for (const float d : nearest_centroids(X.view(), centroids, 8, 1).distances) sum += d;
        return sum;
    };
    const KMeansFit whole = fit_kmeans(X.view(), {8, 5, 100, 0, 1}, {});
    CHECK(inertia(states[0].centroids) < 1.05 * whole.inertia);
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_fixed_point(random, 1, 3, 1);
    test_fixed_point(random, 50, 8, 1);
    test_fixed_point(random, 200, 12, 7);
    test_fixed_point(random, 200, 40, 16);
    test_fixed_point(random, 150, 6, 17);
    test_fixed_point(random, 30, 20, 30);
    for (std::size_t clusters = 1; clusters <= 70; clusters += 3) {
        test_fixed_point(random, clusters + test::below(random, 300), 1 + test::below(random, 70), clusters);
    }
    test_far_from_origin(random);
    test_empty_clusters(random);
    test_copies(random);
    test_mini_batches(random);
}
