#include "core/lloyd.h"

#include <algorithm>
#include <limits>

#include "simd/kernels.h"

namespace pointsman {

Lloyd::Lloyd(const CsrView& X, std::span<const double> norms, std::span<const std::size_t> seeds)
    : X_(X),
      norms_(norms),
      clusters_(seeds.size()),
      stride_((clusters_ + lanes - 1) / lanes * lanes),
      centroids_(X.columns * stride_),
      sums_(X.columns * stride_),
      products_(stride_),
      half_norms_(clusters_),
      labels_(X.rows, std::numeric_limits<std::uint32_t>::max()),
      distances_(X.rows) {
    for (std::size_t c = 0; c < clusters_; ++c) add_row(centroids_, seeds[c], c, 1);
    measure();
}

bool Lloyd::assign() {
    bool changed = false;
    inertia_ = 0;
    for (std::size_t i = 0; i < X_.rows; ++i) {
        kernels().linear.sparse_dot(X_.row_values(i), X_.row_indices(i), X_.row_size(i), centroids_.data(),
                                    stride_, products_.data());
        // |x - c|^2 = |x|^2 - 2 (x.c - |c|^2 / 2)
        std::uint32_t best = 0;
        double most = -std::numeric_limits<double>::infinity();
        for (std::uint32_t c = 0; c < clusters_; ++c) {
            const double score = products_[c] - half_norms_[c];
            if (score > most) {
                most = score;
                best = c;
            }
        }
        changed |= labels_[i] != best;
        labels_[i] = best;
        distances_[i] = std::max(0., norms_[i] - 2 * most);
        inertia_ += distances_[i];
    }
    return changed;
}

double Lloyd::update() {
    std::fill(sums_.begin(), sums_.end(), 0.f);
    std::vector<std::size_t> sizes(clusters_);
    for (std::size_t i = 0; i < X_.rows; ++i) {
        add_row(sums_, i, labels_[i], 1);
        ++sizes[labels_[i]];
    }
    fill_empty(sizes);
    std::vector<float> inverse(stride_);
    for (std::size_t c = 0; c < clusters_; ++c) inverse[c] = 1.f / static_cast<float>(sizes[c]);
    double moved = 0;
    for (std::size_t column = 0; column < X_.columns; ++column) {
        float* sum = sums_.data() + column * stride_;
        const float* old = centroids_.data() + column * stride_;
        float squares = 0;
        for (std::size_t c = 0; c < stride_; ++c) {
            sum[c] *= inverse[c];
            squares += (sum[c] - old[c]) * (sum[c] - old[c]);
        }
        moved += squares;
    }
    centroids_.swap(sums_);
    measure();
    return moved;
}

std::vector<float> Lloyd::row_major_centroids() const {
    std::vector<float> out(clusters_ * X_.columns);
    for (std::size_t c = 0; c < clusters_; ++c) {
        for (std::size_t column = 0; column < X_.columns; ++column) {
            out[c * X_.columns + column] = centroids_[column * stride_ + c];
        }
    }
    return out;
}

void Lloyd::add_row(AlignedVector<float>& matrix, std::size_t row, std::size_t cluster, float factor) const {
    for (std::size_t k = 0; k < X_.row_size(row); ++k) {
        matrix[X_.row_indices(row)[k] * stride_ + cluster] += factor * X_.row_values(row)[k];
    }
}

void Lloyd::fill_empty(std::vector<std::size_t>& sizes) {
    for (std::size_t c = 0; c < clusters_; ++c) {
        if (sizes[c] != 0) continue;
        std::size_t farthest = X_.rows;
        for (std::size_t i = 0; i < X_.rows; ++i) {
            if (sizes[labels_[i]] < 2) continue;
            if (farthest == X_.rows || distances_[i] > distances_[farthest]) farthest = i;
        }
        add_row(sums_, farthest, labels_[farthest], -1);
        --sizes[labels_[farthest]];
        add_row(sums_, farthest, c, 1);
        sizes[c] = 1;
        labels_[farthest] = static_cast<std::uint32_t>(c);
        distances_[farthest] = 0;
    }
}

void Lloyd::measure() {
    std::fill(half_norms_.begin(), half_norms_.end(), 0.);
    for (std::size_t column = 0; column < X_.columns; ++column) {
        const float* row = centroids_.data() + column * stride_;
        for (std::size_t c = 0; c < clusters_; ++c) half_norms_[c] += double{row[c]} * row[c] / 2;
    }
}

}  // namespace pointsman
