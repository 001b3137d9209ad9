// Lloyd's iterations from given centroids. Private to kmeans.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/kmeans_rows.h"

namespace pointsman {

/// After the first iteration only rows that change their cluster are added up: each is taken from the sum of
/// the cluster that it leaves. The sums are doubles, so that this loses nothing, and each of them takes its
/// rows in their order, whatever the number of threads.
class Lloyd {
public:
    /// `centroids` [clusters x columns] are relative to the origin of X.
    Lloyd(KMeansRows& X, std::vector<float> centroids, std::size_t clusters, Threads& threads);

    /// Gives each row its nearest centroid. Returns whether any row changed.
    bool assign();

    /// Moves each centroid to the mean of its rows. Returns the sum of squared movements.
    double update();

    std::vector<std::uint32_t>& labels() { return labels_; }
    /// [clusters x columns], not relative to the origin.
    std::vector<float> centroids() const;

private:
    /// Labels are chosen in floats, and rows about as near to two centroids would change between them for
    /// ever: what changes is measured again in doubles.
    void keep_unless_nearer(const std::vector<std::uint32_t>& before);
    /// Moves the farthest row whose cluster can spare it into each empty cluster.
    void fill_empty();
    /// Lists for each cluster the rows that entered or left it since its sum was made.
    void list_moves();
    /// Returns how far the centroid moved, squared.
    double move(std::size_t cluster);

    KMeansRows& X_;
    Threads& threads_;
    std::size_t clusters_;
    std::vector<float> centroids_;
    std::vector<double> sums_;
    std::vector<std::size_t> sizes_;
    std::vector<std::uint32_t> labels_;
    std::vector<std::uint32_t> summed_;
    std::vector<float> distances_;
    std::vector<std::size_t> move_ends_;
    std::vector<std::uint32_t> moves_;
};

}  // namespace pointsman
