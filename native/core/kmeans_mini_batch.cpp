#include <algorithm>
#include <numeric>

#include "core/kmeans_rows.h"
#include "core/kmeans_seeding.h"
#include "pointsman/kmeans.h"

namespace pointsman {
namespace {

/// Centroids that took less than this share of the rows of the largest are starved.
constexpr double starved_share = 0.01;

/// The best of a few runs on the first batch, which is then learnt from like any other.
MiniBatchState seeded(const MatrixView& X, std::size_t clusters, std::uint64_t seed, std::size_t threads) {
    const KMeansOptions options{clusters, 3, 100, 1e-4, seed, KMeansInit::plus_plus, {}, threads};
    return {fit_kmeans(X, options, {}).centroids, std::vector<double>(clusters)};
}

void learn(KMeansRows& X, std::size_t clusters, Threads& threads, MiniBatchState& state) {
    X.measure_from(relative_to(X.origin(), state.centroids), clusters);
    std::vector<std::uint32_t> labels;
    std::vector<float> distances;
    label_rows(X, threads, labels, distances);
    threads.run(clusters, [&](std::size_t c) {
        const double before = state.counts[c];
        std::vector<double> sum(X.columns());
        for (std::size_t i = 0; i < X.rows(); ++i) {
            if (labels[i] != c) continue;
            X.add(i, 1, sum.data());
            ++state.counts[c];
        }
        if (state.counts[c] == before) return;
        float* centroid = state.centroids.data() + c * X.columns();
        for (std::size_t j = 0; j < X.columns(); ++j) {
            centroid[j] = static_cast<float>((centroid[j] * before + sum[j]) / state.counts[c]);
        }
    });
}

/// Starved centroids, hungriest first, so many that half of the batch is left alone.
std::vector<std::size_t> starved(const std::vector<double>& counts, std::size_t batch_rows) {
    const double limit = starved_share * *std::max_element(counts.begin(), counts.end());
    std::vector<std::size_t> found;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        if (counts[c] < limit) found.push_back(c);
    }
    std::stable_sort(found.begin(), found.end(),
                     [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
    found.resize(std::min(found.size(), batch_rows / 2));
    return found;
}

void feed_starved(const KMeansRows& X, Random& random, MiniBatchState& state) {
    const std::vector<std::size_t> hungry = starved(state.counts, X.rows());
    if (hungry.empty()) return;
    const std::vector<std::size_t> rows = random_rows(X.rows(), hungry.size(), random);
    std::vector<double> row(X.columns());
    for (std::size_t h = 0; h < hungry.size(); ++h) {
        std::fill(row.begin(), row.end(), 0.);
        X.add(rows[h], 1, row.data());
        std::copy(row.begin(), row.end(),
                  state.centroids.begin() + static_cast<std::ptrdiff_t>(hungry[h] * X.columns()));
    }
    // They count as much as the smallest that was left alone, so that they are not starved at once again.
    for (const std::size_t c : hungry) state.counts[c] = std::numeric_limits<double>::infinity();
    const double least = *std::min_element(state.counts.begin(), state.counts.end());
    for (const std::size_t c : hungry) state.counts[c] = least;
}

}  // namespace

void mini_batch_step(const MatrixView& view, std::size_t clusters, std::uint64_t seed,
                     std::size_t thread_count, MiniBatchState& state) {
    if (state.centroids.empty()) state = seeded(view, clusters, seed, thread_count);
    Threads threads(thread_count);
    const DenseView about{clusters, state.centroids.size() / clusters, state.centroids};
    const std::unique_ptr<KMeansRows> X = rows_of(view, about, threads);
    learn(*X, clusters, threads, state);
    state.since_reassignment += static_cast<double>(X->rows());
    const bool has_idle = std::find(state.counts.begin(), state.counts.end(), 0.) != state.counts.end();
    if (!has_idle && state.since_reassignment < 10. * static_cast<double>(clusters)) return;
    state.since_reassignment = 0;
    Random random(seed);
    feed_starved(*X, random, state);
}

}  // namespace pointsman
