// Rows with zeros up to a stride, for kernels that read whole registers. Private to the scorer.
#pragma once

#include <cstddef>
#include <span>

#include "pointsman/aligned.h"

namespace pointsman {

inline AlignedVector<float> widen(std::span<const float> rows, std::size_t columns, std::size_t stride) {
    AlignedVector<float> out(rows.size() / columns * stride);
    for (std::size_t i = 0; i < rows.size(); ++i) out[i / columns * stride + i % columns] = rows[i];
    return out;
}

}  // namespace pointsman
