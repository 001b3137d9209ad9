// Dense rows of k-means.
#pragma once

#include <optional>

#include "core/kmeans_rows.h"
#include "core/row_blocks.h"

namespace pointsman {

/// The rows lie twice in memory: as they came, for sums, and in blocks, for products.
class DenseRows final : public KMeansRows {
public:
    DenseRows(const DenseView& X, const DenseView& about, Threads& threads);

    double mean_variance() const override;
    std::span<const float> origin() const override { return origin_; }
    void measure_from(std::span<const float> points, std::size_t count) override;
    void measure_from_rows(std::span<const std::size_t> rows) override;
    void distances(std::size_t part, double* out) const override;
    void nearest(std::size_t part, std::uint32_t* labels, float* distances) const override;
    void fetch(std::size_t row) const override;
    void add(std::size_t row, double factor, double* sum) const override;
    double squared_distance(std::size_t row, const float* point, double norm) const override;

private:
    DenseView X_;
    std::vector<float> origin_;
    RowBlocks blocks_;
    std::vector<double> norms_;
    std::optional<PointGroups> points_;
    std::vector<float> half_norms_;
};

}  // namespace pointsman
