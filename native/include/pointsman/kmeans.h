// K-means on dense or sparse rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pointsman/matrix.h"
#include "pointsman/progress.h"

namespace pointsman {

enum class KMeansInit { plus_plus, random, given };

struct KMeansOptions {
    /// 1 .. rows
    std::size_t clusters;
    /// Restarts; the one with the least inertia is kept. Given centroids are started from once.
    std::uint32_t n_init;
    /// Iterations of one restart.
    std::uint32_t max_iter;
    /// A restart ends when the squared distances that the centroids moved sum to at most tol times the mean
    /// variance of the columns, as in scikit-learn; or when no row changes its cluster.
    double tol;
    std::uint64_t seed;
    KMeansInit init = KMeansInit::plus_plus;
    /// [clusters x columns] to start from, if given.
    std::span<const float> centroids = {};
    std::size_t threads = 1;
};

/// Each row's nearest centroid.
struct KMeansLabels {
    /// [rows]
    std::vector<std::uint32_t> labels;
    /// Squared, [rows].
    std::vector<float> distances;
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

/// Seeds by greedy k-means++ (Arthur and Vassilvitskii 2007; 2 + ln k candidates a centroid, as in
/// scikit-learn) or random rows, then Lloyd's iterations. An empty cluster takes the row that is farthest
/// from its centroid. The result does not depend on the number of threads.
KMeansFit fit_kmeans(const MatrixView& X, const KMeansOptions& options, const Progress& progress);

/// `centroids` is [clusters x columns of X].
KMeansLabels nearest_centroids(const MatrixView& X, std::span<const float> centroids, std::size_t clusters,
                               std::size_t threads);

/// Centroids that learn from one batch of rows after another.
struct MiniBatchState {
    /// [clusters x columns]; empty before the first batch.
    std::vector<float> centroids;
    /// Rows that each centroid has taken, [clusters].
    std::vector<double> counts;
    /// Rows since starved centroids were last looked for.
    double since_reassignment = 0;
};

/// One step of mini-batch k-means (Sculley 2010): each centroid moves to the mean of all rows it has taken so
/// far. The first batch, of at least as many rows as clusters, seeds them by fit_kmeans. Now and then a
/// centroid with less than a hundredth of the rows of the largest restarts from a random row of the batch,
/// as in scikit-learn. `seed` must differ from batch to batch.
void mini_batch_step(const MatrixView& X, std::size_t clusters, std::uint64_t seed, std::size_t threads,
                     MiniBatchState& state);

}  // namespace pointsman
