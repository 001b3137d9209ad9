// Inner loops of training linear models, 16 labels in step.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/lanes.h"

namespace pointsman {

struct LinearKernels {
    /// out[stride] = sum_k values[k] * W[indices[k]][stride]. stride % lanes == 0.
    void (*sparse_dot)(const float* values, const std::uint32_t* indices, std::size_t n, const float* W,
                       std::size_t stride, float* out);

    /// G[indices[k]][lanes] += values[k] * r[lanes].
    void (*sparse_add)(const float* values, const std::uint32_t* indices, std::size_t n, const float* r,
                       float* G);

    /// For [rows x lanes]: p = sigmoid(z); residual = c (p - y); curvature = c p (1 - p);
    /// loss[lane] = sum c (ln(1 + exp(z)) - y z).
    void (*logistic)(const float* z, const float* y, const float* c, std::size_t rows, float* residual,
                     float* curvature, double* loss);

    /// out[lane] = sum_row a[row][lane] b[row][lane].
    void (*dot)(const float* a, const float* b, std::size_t rows, double* out);

    /// y[row][lane] = alpha[lane] x[row][lane] + beta[lane] y[row][lane].
    void (*blend)(const float* alpha, const float* x, const float* beta, float* y, std::size_t rows);
};

}  // namespace pointsman
