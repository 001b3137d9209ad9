#include "core/kmeans_rows.h"

#include <array>
#include <numeric>

#include "core/kmeans_dense_rows.h"
#include "core/kmeans_sparse_rows.h"

namespace pointsman {

std::unique_ptr<KMeansRows> rows_of(const MatrixView& X, std::optional<DenseView> about, Threads& threads) {
    if (const auto* sparse = std::get_if<CsrView>(&X)) return std::make_unique<SparseRows>(*sparse, threads);
    const auto& dense = std::get<DenseView>(X);
    return std::make_unique<DenseRows>(dense, about.value_or(dense), threads);
}

std::vector<double> squared_lengths(std::span<const float> points, std::size_t count) {
    std::vector<double> lengths(count);
    const std::size_t columns = points.size() / count;
    for (std::size_t p = 0; p < count; ++p) {
        const float* point = points.data() + p * columns;
        // Several sums at once: one would wait for each addition.
        std::array<double, 8> sums{};
        std::size_t j = 0;
        for (; j + sums.size() <= columns; j += sums.size()) {
            for (std::size_t s = 0; s < sums.size(); ++s) sums[s] += double{point[j + s]} * point[j + s];
        }
        for (; j < columns; ++j) sums[0] += double{point[j]} * point[j];
        lengths[p] = std::accumulate(sums.begin(), sums.end(), 0.);
    }
    return lengths;
}

std::vector<float> half_norms(std::span<const float> points, std::size_t count) {
    std::vector<float> halves;
    for (const double length : squared_lengths(points, count)) {
        halves.push_back(static_cast<float>(length / 2));
    }
    return halves;
}

std::vector<float> relative_to(std::span<const float> origin, std::span<const float> points) {
    std::vector<float> moved(points.begin(), points.end());
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= origin[i % origin.size()];
    return moved;
}

void label_rows(const KMeansRows& X, Threads& threads, std::vector<std::uint32_t>& labels,
                std::vector<float>& distances) {
    labels.resize(X.rows());
    distances.resize(X.rows());
    threads.run(X.parts(), [&](std::size_t part) { X.nearest(part, labels.data(), distances.data()); });
}

double measure_rows(const KMeansRows& X, std::span<const float> points, std::size_t count,
                    std::span<const std::uint32_t> labels, Threads& threads, std::vector<float>& distances) {
    const std::vector<double> lengths = squared_lengths(points, count);
    std::vector<double> sums(X.parts());
    distances.resize(X.rows());
    threads.run(X.parts(), [&](std::size_t part) {
        for (std::size_t i = X.part_begin(part); i < X.part_end(part); ++i) {
            const float* point = points.data() + labels[i] * X.columns();
            const double distance = X.squared_distance(i, point, lengths[labels[i]]);
            distances[i] = static_cast<float>(distance);
            sums[part] += distance;
        }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.);
}

}  // namespace pointsman
