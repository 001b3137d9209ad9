#include "pointsman/top_k.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include "core/row_blocks.h"
#include "core/top_k_best.h"

namespace pointsman {
namespace {

/// What one part of a search compares: so many queries with so many vectors.
constexpr std::size_t tile_queries = 48;
constexpr std::size_t range_blocks = 512;
/// Queries between two reports of progress.
constexpr std::size_t round_queries = 16 * tile_queries;
/// Products below which a thread more costs more than it saves.
constexpr double thread_work = 1e6;

double squared_length(std::span<const float> v) {
    double sum = 0;
    for (const float x : v) sum += double{x} * x;
    return sum;
}

/// Vectors as the products want them: of unit length for cosines, relative to the origin for distances.
Dense prepared(const DenseView& vectors, Metric metric, std::span<const float> origin) {
    Dense out{vectors.rows, vectors.columns, {vectors.values.begin(), vectors.values.end()}};
    for (std::size_t i = 0; i < out.rows; ++i) {
        const std::span<float> v(out.values.data() + i * out.columns, out.columns);
        // A vector of zeros keeps its length: its cosine with anything is 0.
        const double scale = metric == Metric::cosine ? 1 / (std::sqrt(squared_length(v)) + 1e-30) : 1;
        for (std::size_t j = 0; j < v.size(); ++j) v[j] = static_cast<float>((v[j] - origin[j]) * scale);
    }
    return out;
}

}  // namespace

struct ExactIndex::Vectors {
    Vectors(const DenseView& vectors, Metric metric_, Threads& threads)
        : metric(metric_),
          size(vectors.rows),
          origin(metric == Metric::l2 ? column_means(vectors) : std::vector<float>(vectors.columns)),
          half_norms(vectors.rows) {
        const Dense moved = prepared(vectors, metric, origin);
        const std::vector<float> zero(vectors.columns);
        blocks.emplace(moved.view(), zero, threads);
        if (metric != Metric::l2) return;
        for (std::size_t i = 0; i < size; ++i) {
            const std::span<const float> v(moved.view().row(i), moved.columns);
            half_norms[i] = static_cast<float>(squared_length(v) / 2);
        }
    }

    /// Squared distance of a prepared query, without the cancellation of its score.
    double squared_distance(std::span<const float> query, std::uint32_t index) const {
        const float* lane = blocks->block(index / block_rows) + index % block_rows;
        double sum = 0;
        for (std::size_t j = 0; j < query.size(); ++j) {
            const double difference = double{lane[j * block_rows]} - query[j];
            sum += difference * difference;
        }
        return sum;
    }

    /// Offers the vectors of blocks `first` .. `last` to the best of each of the tile's queries.
    void scan(const PointGroups& tile, std::size_t first, std::size_t last, std::span<Best> best) const {
        std::array<float, tile_queries * block_rows> products;
        for (std::size_t b = first; b < last; ++b) {
            tile.products(blocks->block(b), products.data());
            const std::size_t begin = b * block_rows;
            const std::size_t count = std::min(block_rows, size - begin);
            for (std::size_t q = 0; q < tile.count(); ++q) {
                float* score = products.data() + q * block_rows;
                float most = -std::numeric_limits<float>::infinity();
                for (std::size_t r = 0; r < count; ++r) {
                    score[r] -= half_norms[begin + r];
                    most = score[r] > most ? score[r] : most;
                }
                if (most <= best[q].threshold()) continue;
                for (std::size_t r = 0; r < count; ++r) {
                    best[q].offer(score[r], static_cast<std::uint32_t>(begin + r));
                }
            }
        }
    }

    /// Turns scores into distances, best first.
    void write(std::span<const float> query, std::span<Candidate> found, std::uint32_t* indices,
               float* distances) const {
        for (Candidate& candidate : found) {
            candidate.score = metric == Metric::l2
                                  ? -static_cast<float>(squared_distance(query, candidate.index))
                                  : candidate.score - 1;
        }
        std::sort(found.begin(), found.end());
        for (std::size_t i = 0; i < found.size(); ++i) {
            indices[i] = found[i].index;
            distances[i] = -found[i].score;
        }
    }

    Metric metric;
    std::size_t size;
    std::vector<float> origin;
    std::vector<float> half_norms;
    std::optional<RowBlocks> blocks;
};

ExactIndex::ExactIndex(const DenseView& vectors, Metric metric, std::size_t thread_count) {
    Threads threads(thread_count);
    vectors_ = std::make_unique<Vectors>(vectors, metric, threads);
}

ExactIndex::~ExactIndex() = default;

std::size_t ExactIndex::size() const { return vectors_->size; }

std::size_t ExactIndex::columns() const { return vectors_->origin.size(); }

Neighbors ExactIndex::search(const DenseView& raw, std::size_t k, std::size_t thread_count,
                             const Progress& progress) const {
    const Dense owned = prepared(raw, vectors_->metric, vectors_->origin);
    const DenseView queries = owned.view();
    const double work = static_cast<double>(queries.rows) * static_cast<double>(size() * columns());
    Threads threads(std::clamp(static_cast<std::size_t>(work / thread_work), std::size_t{1}, thread_count));
    const std::size_t blocks = vectors_->blocks->count();
    const std::size_t ranges = (blocks + range_blocks - 1) / range_blocks;
    Neighbors out{std::vector<std::uint32_t>(queries.rows * k), std::vector<float>(queries.rows * k)};
    const auto total = static_cast<std::uint32_t>(queries.rows);
    for (std::size_t first = 0; first < queries.rows; first += round_queries) {
        report(progress, static_cast<std::uint32_t>(first), total);
        const std::size_t count = std::min(round_queries, queries.rows - first);
        const std::size_t tiles = (count + tile_queries - 1) / tile_queries;
        // [ranges x queries of the round]
        std::vector<Best> best(ranges * count, Best(k));
        threads.run(ranges * tiles, [&](std::size_t part) {
            const std::size_t range = part / tiles;
            const std::size_t begin = part % tiles * tile_queries;
            const std::size_t size = std::min(tile_queries, count - begin);
            const PointGroups tile(queries.values.subspan((first + begin) * columns(), size * columns()),
                                   columns());
            vectors_->scan(tile, range * range_blocks, std::min(blocks, (range + 1) * range_blocks),
                           std::span(best).subspan(range * count + begin, size));
        });
        threads.run(count, [&](std::size_t q) {
            for (std::size_t range = 1; range < ranges; ++range) best[q].join(best[range * count + q]);
            vectors_->write({queries.row(first + q), columns()}, best[q].sorted(),
                            out.indices.data() + (first + q) * k, out.distances.data() + (first + q) * k);
        });
    }
    report(progress, total, total);
    return out;
}

}  // namespace pointsman
