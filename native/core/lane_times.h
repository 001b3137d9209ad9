// Scores of sixteen labels. Private to logistic regression.
#pragma once

#include "core/label_lanes.h"
#include "pointsman/csr.h"
#include "simd/kernels.h"

namespace pointsman {

/// z [rows x lanes] = X w + bias row of w [columns + 1 x lanes].
inline void lane_times(const CsrView& X, const Lanes& w, Lanes& z) {
    const LinearKernels& simd = kernels().linear;
    const float* bias = w.data() + X.columns * lanes;
    for (std::size_t i = 0; i < X.rows; ++i) {
        float* out = z.data() + i * lanes;
        simd.sparse_dot(X.row_values(i), X.row_indices(i), X.row_size(i), w.data(), lanes, out);
        for (std::size_t l = 0; l < lanes; ++l) out[l] += bias[l];
    }
}

}  // namespace pointsman
