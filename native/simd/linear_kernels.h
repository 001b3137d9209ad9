// Inner loops of training linear models, 16 labels in step.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/lanes.h"

namespace pointsman {

/// An example, with what is its own in the dual problem. Pointers are to [lanes].
struct DualRow {
    const float* values;
    const std::uint32_t* indices;
    std::size_t n;
    /// How far the example's own score moves with its dual variable.
    float square;
    /// The same for the intercept.
    float bias_square;
    const float* y;
    const float* c;
    float* dual;
    /// Newton iterations for the one-dimensional problem.
    int rounds;
};

/// A column of X, the curvature of the loss [rows x lanes], and the penalty of this column's weights.
struct ModelColumn {
    const float* values;
    const std::uint32_t* indices;
    std::size_t n;
    const float* curvature;
    float l1;
    float l2;
};

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

    /// One step of dual coordinate descent for the logistic loss of one example; see LogisticDual.
    /// moved += |change of the dual variable|.
    void (*dual_step)(const DualRow& row, float* W, float* bias, float* moved);

    /// One step of coordinate descent on a quadratic model with an elastic net; see LogisticElasticNet.
    /// A lane whose `active` is 0 stays. moved += (change of the column's slope)^2.
    void (*column_step)(const ModelColumn& column, const float* active, float* w, float* slopes,
                        float* moved);

    /// out[lane] = sum_row l1 |w[row][lane]| + l2 w[row][lane]^2 / 2.
    void (*penalty)(const float* w, std::size_t rows, float l1, float l2, double* out);
};

}  // namespace pointsman
