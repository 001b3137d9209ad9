#include "core/nearest_rows.h"

#include <algorithm>
#include <array>
#include <limits>

#include "simd/kernels.h"

namespace pointsman {

NearestRows::NearestRows(const Part& part, std::size_t models)
    : part_(part), rows_(part.neighbors.labels.size() / models), best_(part.neighbors.k) {}

std::span<const Candidate> NearestRows::find(const float* z) {
    best_.clear();
    std::array<float, block_rows> products;
    for (std::size_t begin = 0; begin < rows_; begin += block_rows) {
        const float* block = part_.neighbors.vectors.data() + begin * part_.heads;
        kernels().distance.products(block, part_.heads, z, 1, products.data());
        const std::size_t count = std::min(block_rows, rows_ - begin);
        float most = -std::numeric_limits<float>::infinity();
        for (std::size_t r = 0; r < count; ++r) most = products[r] > most ? products[r] : most;
        if (most <= best_.threshold()) continue;
        for (std::size_t r = 0; r < count; ++r)
            best_.offer(products[r], static_cast<std::uint32_t>(begin + r));
    }
    return best_.sorted();
}

}  // namespace pointsman
