// Sparse rows of k-means.
#pragma once

#include "core/kmeans_rows.h"
#include "pointsman/aligned.h"

namespace pointsman {

/// Points are kept feature-major, [columns x stride], so that a row meets all of them at once.
class SparseRows final : public KMeansRows {
public:
    SparseRows(const CsrView& X, Threads& threads);

    double mean_variance() const override;
    std::span<const float> origin() const override { return origin_; }
    void measure_from(std::span<const float> points, std::size_t count) override;
    void measure_from_rows(std::span<const std::size_t> rows) override;
    void distances(std::size_t part, double* out) const override;
    void nearest(std::size_t part, std::uint32_t* labels, float* distances) const override;
    void add(std::size_t row, double factor, double* sum) const override;
    double squared_distance(std::size_t row, const float* point, double norm) const override;

private:
    void reset(std::size_t count);
    void products(std::size_t row, float* out) const;
    void write_rows(float factor);

    CsrView X_;
    Threads& threads_;
    std::vector<float> origin_;
    std::vector<double> norms_;
    std::size_t count_ = 0;
    std::size_t stride_ = 0;
    AlignedVector<float> points_;
    std::vector<float> half_norms_;
    /// Rows that `points_` is made of, and nothing else: taken out one by one, not by clearing everything.
    std::vector<std::size_t> placed_;
};

}  // namespace pointsman
