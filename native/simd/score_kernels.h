// Inner loops of the hot path behind the text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/lanes.h"

namespace pointsman {

struct ScoreKernels {
    /// out[0] = sum v^2 table[row][0]; out[j] = sum v table[row][j] for j in 1 .. stride. stride % lanes ==
    /// 0.
    void (*gather)(const float* table, std::size_t stride, const std::uint32_t* rows, const float* values,
                   std::size_t n, float* out);

    /// z = 1 / (1 + exp(-z)), n % lanes == 0. Absolute error below 1e-6.
    void (*sigmoid)(float* z, std::size_t n);
};

}  // namespace pointsman
