#include "core/kmeans_dense_rows.h"

#include <array>
#include <numeric>

#include "simd/kernels.h"

namespace pointsman {

static_assert(KMeansRows::part_rows % block_rows == 0);

DenseRows::DenseRows(const DenseView& X, const DenseView& about, Threads& threads)
    : KMeansRows(X.rows, X.columns),
      X_(X),
      origin_(column_means(about)),
      blocks_(X, origin_, threads),
      norms_(X.rows) {
    threads.run(parts(), [&](std::size_t part) {
        for (std::size_t i = part_begin(part); i < part_end(part); ++i) {
            norms_[i] = kernels().distance.squared_distance(X.row(i), origin_.data(), X.columns);
        }
    });
}

double DenseRows::mean_variance() const {
    const double squares = std::accumulate(norms_.begin(), norms_.end(), 0.);
    return squares / static_cast<double>(rows() * columns());
}

void DenseRows::measure_from(std::span<const float> points, std::size_t count) {
    points_.emplace(points, columns());
    half_norms_ = half_norms(points, count);
}

void DenseRows::measure_from_rows(std::span<const std::size_t> rows) {
    std::vector<float> points;
    for (const std::size_t row : rows) points.insert(points.end(), X_.row(row), X_.row(row) + columns());
    measure_from(relative_to(origin_, points), rows.size());
}

void DenseRows::distances(std::size_t part, double* out) const {
    const std::size_t count = points_->count();
    std::vector<float> products(count * block_rows);
    const std::size_t begin = part_begin(part);
    for (std::size_t first = begin; first < part_end(part); first += block_rows) {
        points_->products(blocks_.block(first / block_rows), products.data());
        for (std::size_t i = first; i < std::min(first + block_rows, part_end(part)); ++i) {
            for (std::size_t p = 0; p < count; ++p) {
                const double score = double{products[p * block_rows + i - first]} - half_norms_[p];
                out[(i - begin) * count + p] = std::max(0., norms_[i] - 2 * score);
            }
        }
    }
}

void DenseRows::nearest(std::size_t part, std::uint32_t* labels, float* distances) const {
    const std::size_t count = points_->count();
    std::vector<float> products(count * block_rows);
    std::array<float, block_rows> score;
    std::array<std::uint32_t, block_rows> label;
    for (std::size_t first = part_begin(part); first < part_end(part); first += block_rows) {
        points_->products(blocks_.block(first / block_rows), products.data());
        kernels().distance.nearest(products.data(), half_norms_.data(), count, score.data(), label.data());
        for (std::size_t i = first; i < std::min(first + block_rows, part_end(part)); ++i) {
            labels[i] = label[i - first];
            distances[i] = std::max(0.f, static_cast<float>(norms_[i] - 2. * score[i - first]));
        }
    }
}

void DenseRows::fetch(std::size_t row) const {
    constexpr std::size_t line = 64 / sizeof(float);
    for (std::size_t j = 0; j < columns(); j += line) __builtin_prefetch(X_.row(row) + j);
}

void DenseRows::add(std::size_t row, double factor, double* sum) const {
    kernels().distance.add(sum, factor, X_.row(row), columns());
}

double DenseRows::squared_distance(std::size_t row, const float* point, double) const {
    return kernels().distance.squared_distance(X_.row(row), point, columns());
}

}  // namespace pointsman
