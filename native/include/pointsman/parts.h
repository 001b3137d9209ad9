// How the heads of a router become P(right) of each model: parts, each with its weight in the blend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pointsman {

/// The numbers are those of a router file.
enum class PartKind : std::uint32_t {
    /// One head a model: P = sigmoid(z).
    logistic = 0,
    /// One head a cluster, z = x.c - |c|^2 / 2 of its centroid c: P = the rates of the largest z.
    nearest = 1,
    /// P = the mean of all clusters' rates, weighted by softmax(z).
    softmax = 2,
    /// P = the mean label of the k nearest vectors to z by cosine, weighted by max(0, cosine) / the largest
    /// of them, and `shrinkage` more votes for `overall`; that alone where there is no vote.
    neighbors = 3,
};

/// Vectors of unit length with the labels of each. Borrowed.
struct NeighborTable {
    /// Rows lie in the lanes of blocks, [blocks x heads x block_rows], the last one filled up with zeros.
    std::span<const float> vectors;
    /// [n x models] in 0..1; NaN where none is known.
    std::span<const float> labels;
    /// [models]
    std::span<const float> overall;
    /// From 1 to n.
    std::size_t k = 0;
    float shrinkage = 0;
};

/// Borrowed.
struct Part {
    PartKind kind;
    /// The heads are `first` .. `first + heads`.
    std::size_t first;
    std::size_t heads;
    /// [models]
    std::span<const float> weight;
    /// [heads x models] of clusters.
    std::span<const float> rates{};
    NeighborTable neighbors{};

    bool is_clusters() const { return kind == PartKind::nearest || kind == PartKind::softmax; }
};

}  // namespace pointsman
