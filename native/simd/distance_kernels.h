// Inner loops over distances between dense rows and points: centroids, or queries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/lanes.h"

namespace pointsman {

/// Dense rows lie in the lanes of blocks of this many, [columns x block_rows].
inline constexpr std::size_t block_rows = 2 * lanes;

/// Size of group `g` where `count` points are spread over `groups` groups as evenly as can be.
inline std::size_t group_size(std::size_t count, std::size_t groups, std::size_t g) {
    return count / groups + (g < count % groups ? 1 : 0);
}

struct DistanceKernels {
    /// A group of points has at most this many, so that its sums stay in registers.
    std::size_t group;

    /// out[point][block_rows] = sum_j block[j][row] points[j][point], each sum in the order of j. The points
    /// lie in ceil(count / group) groups one behind another, each [columns x its size]. count >= 1.
    void (*products)(const float* block, std::size_t columns, const float* points, std::size_t count,
                     float* out);

    /// score[row] = max over points of products[point][row] - half_norms[point], label[row] = the first point
    /// that has it.
    void (*nearest)(const float* products, const float* half_norms, std::size_t count, float* score,
                    std::uint32_t* label);

    /// sum_i (a[i] - b[i])^2, summed in doubles. Relative error below 1e-6.
    double (*squared_distance)(const float* a, const float* b, std::size_t n);

    /// sum[i] += factor * row[i].
    void (*add)(double* sum, double factor, const float* row, std::size_t n);
};

}  // namespace pointsman
