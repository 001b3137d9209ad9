// Greedy k-means++. Private to kmeans.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pointsman/csr.h"
#include "pointsman/random.h"

namespace pointsman {

/// Rows to start `clusters` centroids from. `norms` [rows] are the squared lengths of the rows.
std::vector<std::size_t> choose_seeds(const CsrView& X, std::span<const double> norms, std::size_t clusters,
                                      Random& random);

}  // namespace pointsman
