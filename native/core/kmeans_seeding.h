// Where k-means starts. Private to kmeans.cpp.
#pragma once

#include <cstddef>
#include <vector>

#include "core/kmeans_rows.h"
#include "pointsman/progress.h"
#include "pointsman/random.h"

namespace pointsman {

/// Rows to start from by greedy k-means++. `between` is called before each row and may throw.
std::vector<std::size_t> spread_seeds(KMeansRows& X, std::size_t clusters, Random& random, Threads& threads,
                                      const std::function<void()>& between);

/// So many different rows, all equally likely.
std::vector<std::size_t> random_rows(std::size_t rows, std::size_t count, Random& random);

/// Those rows as centroids [rows.size() x columns], relative to the origin.
std::vector<float> centroids_at(const KMeansRows& X, const std::vector<std::size_t>& rows);

}  // namespace pointsman
