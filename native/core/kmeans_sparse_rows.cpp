#include "core/kmeans_sparse_rows.h"

#include <limits>
#include <numeric>

#include "simd/kernels.h"

namespace pointsman {

SparseRows::SparseRows(const CsrView& X, Threads& threads)
    : KMeansRows(X.rows, X.columns), X_(X), threads_(threads), origin_(X.columns), norms_(X.rows) {
    for (std::size_t i = 0; i < X.rows; ++i) {
        const float* values = X.row_values(i);
        for (std::size_t k = 0; k < X.row_size(i); ++k) norms_[i] += double{values[k]} * values[k];
    }
}

double SparseRows::mean_variance() const {
    std::vector<double> sums(columns());
    for (std::size_t k = 0; k < X_.values.size(); ++k) sums[X_.indices[k]] += X_.values[k];
    const auto n = static_cast<double>(rows());
    double squared_means = 0;
    for (const double sum : sums) squared_means += (sum / n) * (sum / n);
    const double squares = std::accumulate(norms_.begin(), norms_.end(), 0.) / n;
    return columns() == 0 ? 0 : (squares - squared_means) / static_cast<double>(columns());
}

void SparseRows::measure_from(std::span<const float> points, std::size_t count) {
    // Points of the same shape overwrite those before.
    if (count != count_ || !placed_.empty()) reset(count);
    // So few columns at a time that what is written stays in the first cache until it is whole.
    constexpr std::size_t some = 16;
    threads_.run((columns() + some - 1) / some, [&](std::size_t part) {
        const std::size_t end = std::min(columns(), (part + 1) * some);
        for (std::size_t p = 0; p < count_; ++p) {
            for (std::size_t j = part * some; j < end; ++j) {
                points_[j * stride_ + p] = points[p * columns() + j];
            }
        }
    });
    half_norms_ = half_norms(points, count);
}

void SparseRows::measure_from_rows(std::span<const std::size_t> rows) {
    if (placed_.empty()) {
        reset(lanes);
    } else {
        write_rows(0);
    }
    placed_.assign(rows.begin(), rows.end());
    count_ = rows.size();
    half_norms_.clear();
    for (const std::size_t row : rows) half_norms_.push_back(static_cast<float>(norms_[row] / 2));
    write_rows(1);
}

void SparseRows::distances(std::size_t part, double* out) const {
    std::vector<float> products(stride_);
    for (std::size_t i = part_begin(part); i < part_end(part); ++i) {
        this->products(i, products.data());
        for (std::size_t p = 0; p < count_; ++p) {
            *out++ = std::max(0., norms_[i] - 2 * (double{products[p]} - half_norms_[p]));
        }
    }
}

void SparseRows::nearest(std::size_t part, std::uint32_t* labels, float* distances) const {
    std::vector<float> products(stride_);
    for (std::size_t i = part_begin(part); i < part_end(part); ++i) {
        this->products(i, products.data());
        // |x - p|^2 = |x|^2 - 2 (x.p - |p|^2 / 2)
        std::uint32_t best = 0;
        float most = -std::numeric_limits<float>::infinity();
        for (std::uint32_t p = 0; p < count_; ++p) {
            const float score = products[p] - half_norms_[p];
            if (score > most) {
                most = score;
                best = p;
            }
        }
        labels[i] = best;
        distances[i] = std::max(0.f, static_cast<float>(norms_[i] - 2. * most));
    }
}

void SparseRows::add(std::size_t row, double factor, double* sum) const {
    const std::uint32_t* indices = X_.row_indices(row);
    const float* values = X_.row_values(row);
    for (std::size_t k = 0; k < X_.row_size(row); ++k) sum[indices[k]] += factor * values[k];
}

double SparseRows::squared_distance(std::size_t row, const float* point, double norm) const {
    const std::uint32_t* indices = X_.row_indices(row);
    const float* values = X_.row_values(row);
    double product = 0;
    for (std::size_t k = 0; k < X_.row_size(row); ++k) product += double{values[k]} * point[indices[k]];
    return std::max(0., norms_[row] - 2 * product + norm);
}

void SparseRows::reset(std::size_t count) {
    count_ = count;
    stride_ = (count + lanes - 1) / lanes * lanes;
    points_.assign(columns() * stride_, 0.f);
    placed_.clear();
}

void SparseRows::products(std::size_t row, float* out) const {
    kernels().linear.sparse_dot(X_.row_values(row), X_.row_indices(row), X_.row_size(row), points_.data(),
                                stride_, out);
}

void SparseRows::write_rows(float factor) {
    for (std::size_t p = 0; p < placed_.size(); ++p) {
        const std::size_t row = placed_[p];
        for (std::size_t k = 0; k < X_.row_size(row); ++k) {
            points_[X_.row_indices(row)[k] * stride_ + p] = factor * X_.row_values(row)[k];
        }
    }
}

}  // namespace pointsman
