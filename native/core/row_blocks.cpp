#include "core/row_blocks.h"

#include <algorithm>

#include "simd/kernels.h"

namespace pointsman {

RowBlocks::RowBlocks(const DenseView& X, std::span<const float> origin, Threads& threads)
    : columns_(X.columns),
      blocks_((X.rows + block_rows - 1) / block_rows),
      values_(blocks_ * columns_ * block_rows) {
    threads.run(blocks_, [&](std::size_t b) { fill(X, origin, b); });
}

void RowBlocks::fill(const DenseView& X, std::span<const float> origin, std::size_t b) {
    const std::size_t first = b * block_rows;
    const std::size_t rows = std::min(block_rows, X.rows - first);
    float* block = values_.data() + b * columns_ * block_rows;
    // A few columns at a time, so that what is written stays in the first cache until it is whole.
    for (std::size_t begin = 0; begin < columns_; begin += lanes) {
        const std::size_t end = std::min(begin + lanes, columns_);
        for (std::size_t r = 0; r < rows; ++r) {
            const float* row = X.row(first + r);
            for (std::size_t j = begin; j < end; ++j) block[j * block_rows + r] = row[j] - origin[j];
        }
    }
}

PointGroups::PointGroups(std::span<const float> points, std::size_t columns)
    : count_(points.size() / columns), columns_(columns), values_(points.size()) {
    const std::size_t most = kernels().distance.group;
    const std::size_t groups = (count_ + most - 1) / most;
    std::size_t first = 0;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t size = group_size(count_, groups, g);
        float* group = values_.data() + first * columns;
        for (std::size_t i = 0; i < size; ++i) {
            const float* point = points.data() + (first + i) * columns;
            for (std::size_t j = 0; j < columns; ++j) group[j * size + i] = point[j];
        }
        first += size;
    }
}

void PointGroups::products(const float* block, float* out) const {
    kernels().distance.products(block, columns_, values_.data(), count_, out);
}

std::vector<float> column_means(const DenseView& X) {
    std::vector<double> sums(X.columns);
    for (std::size_t i = 0; i < X.rows; ++i) {
        const float* row = X.row(i);
        for (std::size_t j = 0; j < X.columns; ++j) sums[j] += row[j];
    }
    std::vector<float> means(X.columns);
    for (std::size_t j = 0; j < X.columns; ++j) {
        means[j] = static_cast<float>(sums[j] / static_cast<double>(X.rows));
    }
    return means;
}

}  // namespace pointsman
