// Exact nearest neighbours among dense vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "pointsman/dense.h"
#include "pointsman/progress.h"

namespace pointsman {

/// Distances as hnswlib defines them: |q - v|^2; 1 - q.v; 1 - the cosine of q and v.
enum class Metric { l2, ip, cosine };

struct Neighbors {
    /// [queries x k]
    std::vector<std::uint32_t> indices;
    /// [queries x k], ascending; of equal ones the lower index comes first.
    std::vector<float> distances;
};

/// Holds a copy of the vectors; does not change after, so that any number of threads may search it at once.
class ExactIndex {
public:
    ExactIndex(const DenseView& vectors, Metric metric, std::size_t threads);
    ~ExactIndex();
    ExactIndex(const ExactIndex&) = delete;
    ExactIndex& operator=(const ExactIndex&) = delete;

    std::size_t size() const;
    std::size_t columns() const;

    /// The k nearest vectors of each query; 1 <= k <= size(). Measures every vector: memory is a few times
    /// that of the result. The result does not depend on the number of threads, nor on what else is asked at
    /// once.
    Neighbors search(const DenseView& queries, std::size_t k, std::size_t threads,
                     const Progress& progress) const;

private:
    struct Vectors;
    std::unique_ptr<Vectors> vectors_;
};

}  // namespace pointsman
