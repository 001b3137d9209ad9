// The rows of a NeighborTable that are nearest to a vector. Private to blend.cpp and explain.cpp.
#pragma once

#include <cstddef>
#include <span>

#include "core/top_k_best.h"
#include "pointsman/parts.h"

namespace pointsman {

/// Holds the scratch memory.
class NearestRows {
public:
    /// The part must outlive it.
    NearestRows(const Part& part, std::size_t models);

    /// The k rows with the largest product with z [heads], best first; of equal ones the lower index comes
    /// first. Valid until the next call.
    std::span<const Candidate> find(const float* z);

private:
    const Part& part_;
    std::size_t rows_;
    Best best_;
};

}  // namespace pointsman
