// K-means on sparse rows.
#pragma once

#include <cstdint>
#include <vector>

#include "pointsman/csr.h"
#include "pointsman/progress.h"

namespace pointsman {

struct KMeansOptions {
    /// 1 .. rows
    std::size_t clusters;
    /// Restarts; the one with the least inertia is kept.
    std::uint32_t n_init;
    /// Iterations of one restart.
    std::uint32_t max_iter;
    /// A restart ends when the squared distances that the centroids moved sum to at most tol times the mean
    /// variance of the columns, as in scikit-learn; or when no row changes its cluster.
    double tol;
    std::uint64_t seed;
};

struct KMeansFit {
    /// [clusters x columns]
    std::vector<float> centroids;
    /// [rows]
    std::vector<std::uint32_t> labels;
    /// Sum of squared distances to the nearest centroid.
    double inertia;
    /// Of the restart that was kept.
    std::uint32_t iterations;
};

/// Greedy k-means++ (2 + ln k candidates a centroid, as in scikit-learn), then Lloyd's iterations. An empty
/// cluster takes the row that is farthest from its centroid.
KMeansFit fit_kmeans(const CsrView& X, const KMeansOptions& options, const Progress& progress);

}  // namespace pointsman
