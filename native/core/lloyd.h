// Lloyd's iterations from given seeds. Private to kmeans.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "pointsman/aligned.h"
#include "pointsman/csr.h"

namespace pointsman {

/// Centroids are kept feature-major, [columns x stride], so that a row meets all of them at once.
class Lloyd {
public:
    /// `norms` [rows] are the squared lengths of the rows, `seeds` the rows to start centroids from.
    Lloyd(const CsrView& X, std::span<const double> norms, std::span<const std::size_t> seeds);

    /// Gives each row its nearest centroid. Returns whether any row changed.
    bool assign();

    /// Moves each centroid to the mean of its rows. Returns the sum of squared movements.
    double update();

    double inertia() const { return inertia_; }
    std::vector<std::uint32_t> take_labels() { return std::move(labels_); }
    /// [clusters x columns]
    std::vector<float> row_major_centroids() const;

private:
    void add_row(AlignedVector<float>& matrix, std::size_t row, std::size_t cluster, float factor) const;
    /// Moves the farthest row whose cluster can spare it into each empty cluster.
    void fill_empty(std::vector<std::size_t>& sizes);
    /// Half the squared length of each centroid.
    void measure();

    const CsrView& X_;
    std::span<const double> norms_;
    std::size_t clusters_;
    std::size_t stride_;
    AlignedVector<float> centroids_;
    AlignedVector<float> sums_;
    AlignedVector<float> products_;
    std::vector<double> half_norms_;
    std::vector<std::uint32_t> labels_;
    std::vector<double> distances_;
    double inertia_ = 0;
};

}  // namespace pointsman
