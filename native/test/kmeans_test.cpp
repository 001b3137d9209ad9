// What k-means gives back hangs together, in doubles: nearest centroids, means of their rows, the inertia.
#include "pointsman/kmeans.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "check.h"
#include "matrix.h"

using namespace pointsman;

namespace {

double squared_distance(const CsrView& X, std::size_t row, const float* centroid) {
    std::vector<double> difference(centroid, centroid + X.columns);
    for (std::size_t k = 0; k < X.row_size(row); ++k)
        difference[X.row_indices(row)[k]] -= X.row_values(row)[k];
    double sum = 0;
    for (const double d : difference) sum += d * d;
    return sum;
}

void test_fixed_point(Random& random, std::size_t rows, std::size_t columns, std::size_t clusters) {
    const Csr owned = test::random_csr(random, rows, columns, 0.4);
    const CsrView X = owned.view();
    const KMeansFit fit = fit_kmeans(X, {clusters, 3, 300, 0, random.next()}, {});
    std::vector<double> means(clusters * columns), sizes(clusters);
    double inertia = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < clusters; ++c) {
            nearest = std::min(nearest, squared_distance(X, i, fit.centroids.data() + c * columns));
        }
        const std::size_t label = fit.labels[i];
        CHECK(test::close(squared_distance(X, i, fit.centroids.data() + label * columns), nearest, 1e-4));
        inertia += nearest;
        sizes[label] += 1;
        for (std::size_t k = 0; k < X.row_size(i); ++k)
            means[label * columns + X.row_indices(i)[k]] += X.row_values(i)[k];
    }
    CHECK(test::close(fit.inertia, inertia, 1e-4 * (1 + inertia)));
    for (std::size_t c = 0; c < clusters; ++c) {
        CHECK(sizes[c] > 0);
        for (std::size_t f = 0; f < columns; ++f) {
            CHECK(test::close(fit.centroids[c * columns + f], means[c * columns + f] / sizes[c], 1e-4));
        }
    }
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
}
