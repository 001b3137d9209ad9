// Dense rows and points as the distance kernels take them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pointsman/aligned.h"
#include "pointsman/dense.h"
#include "pointsman/threads.h"
#include "simd/distance_kernels.h"

namespace pointsman {

/// Rows in the lanes of blocks, [blocks][columns x block_rows]; zeros stand behind the last row.
class RowBlocks {
public:
    /// Takes `origin` [columns] away from each row.
    RowBlocks(const DenseView& X, std::span<const float> origin, Threads& threads);

    std::size_t count() const { return blocks_; }
    const float* block(std::size_t b) const { return values_.data() + b * columns_ * block_rows; }

private:
    void fill(const DenseView& X, std::span<const float> origin, std::size_t b);

    std::size_t columns_;
    std::size_t blocks_;
    AlignedVector<float> values_;
};

/// Points in groups, each [columns x its size].
class PointGroups {
public:
    /// `points` is [count x columns].
    PointGroups(std::span<const float> points, std::size_t columns);

    std::size_t count() const { return count_; }
    /// out[point][block_rows]: products of a block's rows with each point.
    void products(const float* block, float* out) const;

private:
    std::size_t count_;
    std::size_t columns_;
    AlignedVector<float> values_;
};

/// Means of the columns, [columns].
std::vector<float> column_means(const DenseView& X);

}  // namespace pointsman
