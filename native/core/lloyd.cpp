#include "core/lloyd.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace pointsman {
namespace {

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Lloyd::Lloyd(KMeansRows& X, std::vector<float> centroids, std::size_t clusters, Threads& threads)
    : X_(X),
      threads_(threads),
      clusters_(clusters),
      centroids_(std::move(centroids)),
      sums_(centroids_.size()),
      sizes_(clusters),
      labels_(X.rows(), nowhere),
      summed_(X.rows(), nowhere),
      distances_(X.rows()) {
    X_.measure_from(centroids_, clusters_);
}

bool Lloyd::assign() {
    std::vector<std::uint32_t> before = labels_;
    label_rows(X_, threads_, labels_, distances_);
    keep_unless_nearer(before);
    return labels_ != before;
}

void Lloyd::keep_unless_nearer(const std::vector<std::uint32_t>& before) {
    if (labels_ == before || summed_[0] == nowhere) return;
    const std::vector<float> points = centroids();
    const std::vector<double> lengths = squared_lengths(points, clusters_);
    const auto distance = [&](std::size_t row, std::uint32_t label) {
        return X_.squared_distance(row, points.data() + label * X_.columns(), lengths[label]);
    };
    threads_.run(X_.parts(), [&](std::size_t part) {
        for (std::size_t i = X_.part_begin(part); i < X_.part_end(part); ++i) {
            if (labels_[i] == before[i]) continue;
            if (distance(i, labels_[i]) >= distance(i, before[i])) labels_[i] = before[i];
        }
    });
}

double Lloyd::update() {
    std::fill(sizes_.begin(), sizes_.end(), 0);
    for (const std::uint32_t label : labels_) ++sizes_[label];
    fill_empty();
    list_moves();
    std::vector<double> moved(clusters_);
    threads_.run(clusters_, [&](std::size_t cluster) { moved[cluster] = move(cluster); });
    summed_ = labels_;
    X_.measure_from(centroids_, clusters_);
    return std::accumulate(moved.begin(), moved.end(), 0.);
}

std::vector<float> Lloyd::centroids() const {
    std::vector<float> out(centroids_.size());
    const std::span<const float> origin = X_.origin();
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<float>(double{centroids_[i]} + origin[i % origin.size()]);
    }
    return out;
}

void Lloyd::fill_empty() {
    for (std::size_t c = 0; c < clusters_; ++c) {
        if (sizes_[c] != 0) continue;
        std::size_t farthest = X_.rows();
        for (std::size_t i = 0; i < X_.rows(); ++i) {
            if (sizes_[labels_[i]] < 2) continue;
            if (farthest == X_.rows() || distances_[i] > distances_[farthest]) farthest = i;
        }
        --sizes_[labels_[farthest]];
        sizes_[c] = 1;
        labels_[farthest] = static_cast<std::uint32_t>(c);
        distances_[farthest] = 0;
    }
}

void Lloyd::list_moves() {
    std::vector<std::size_t> next(clusters_ + 1);
    const auto for_each_move = [this](auto visit) {
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            if (labels_[i] == summed_[i]) continue;
            visit(labels_[i], i);
            if (summed_[i] != nowhere) visit(summed_[i], i);
        }
    };
    for_each_move([&](std::size_t cluster, std::size_t) { ++next[cluster + 1]; });
    std::partial_sum(next.begin(), next.end(), next.begin());
    moves_.resize(next.back());
    for_each_move([&](std::size_t cluster, std::size_t row) {
        moves_[next[cluster]++] = static_cast<std::uint32_t>(row);
    });
    // Each cluster's list now ends where the next one's began.
    move_ends_ = std::move(next);
}

double Lloyd::move(std::size_t cluster) {
    const std::size_t begin = cluster == 0 ? 0 : move_ends_[cluster - 1];
    if (begin == move_ends_[cluster]) return 0;
    const std::size_t columns = X_.columns();
    double* sum = sums_.data() + cluster * columns;
    for (std::size_t m = begin; m < move_ends_[cluster]; ++m) {
        // The rows of a cluster lie far apart: without this each would be waited for.
        if (m + 1 < move_ends_[cluster]) X_.fetch(moves_[m + 1]);
        X_.add(moves_[m], labels_[moves_[m]] == cluster ? 1 : -1, sum);
    }
    float* centroid = centroids_.data() + cluster * columns;
    const float* origin = X_.origin().data();
    const double share = 1 / static_cast<double>(sizes_[cluster]);
    double moved = 0;
    for (std::size_t j = 0; j < columns; ++j) {
        const auto mean = static_cast<float>(sum[j] * share - origin[j]);
        const double step = double{mean} - centroid[j];
        moved += step * step;
        centroid[j] = mean;
    }
    return moved;
}

}  // namespace pointsman
