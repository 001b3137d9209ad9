// Dense matrices, row-major.
#pragma once

#include <cstddef>
#include <span>

#include "pointsman/aligned.h"

namespace pointsman {

/// Borrowed; `values` is [rows x columns].
struct DenseView {
    std::size_t rows;
    std::size_t columns;
    std::span<const float> values;

    const float* row(std::size_t i) const { return values.data() + i * columns; }
};

/// The same, owned.
struct Dense {
    std::size_t rows = 0;
    std::size_t columns = 0;
    AlignedVector<float> values;

    DenseView view() const { return {rows, columns, values}; }
};

}  // namespace pointsman
