#include "pointsman/kmeans.h"

#include <utility>

#include "core/kmeans_rows.h"
#include "core/kmeans_seeding.h"
#include "core/lloyd.h"

namespace pointsman {
namespace {

std::vector<float> start(KMeansRows& X, const KMeansOptions& options, Random& random, Threads& threads,
                         const std::function<void()>& between) {
    switch (options.init) {
        case KMeansInit::given:
            return relative_to(X.origin(), options.centroids);
        case KMeansInit::random:
            return centroids_at(X, random_rows(X.rows(), options.clusters, random));
        default:
            return centroids_at(X, spread_seeds(X, options.clusters, random, threads, between));
    }
}

}  // namespace

KMeansFit fit_kmeans(const MatrixView& view, const KMeansOptions& options, const Progress& progress) {
    Threads threads(options.threads);
    const std::unique_ptr<KMeansRows> X = rows_of(view, {}, threads);
    const double enough = options.tol * X->mean_variance();
    const std::uint32_t restarts = options.init == KMeansInit::given ? 1 : options.n_init;
    Random random(options.seed);
    KMeansFit best{};
    for (std::uint32_t restart = 0; restart < restarts; ++restart) {
        const auto still = [&] { report(progress, restart, restarts); };
        still();
        Lloyd lloyd(*X, start(*X, options, random, threads, still), options.clusters, threads);
        std::uint32_t iterations = 0;
        while (iterations < options.max_iter && lloyd.assign()) {
            ++iterations;
            const double moved = lloyd.update();
            still();
            if (moved <= enough) break;
        }
        // The labels must be those of the final centroids.
        lloyd.assign();
        std::vector<float> centroids = lloyd.centroids();
        std::vector<float> distances;
        const double inertia =
            measure_rows(*X, centroids, options.clusters, lloyd.labels(), threads, distances);
        if (restart == 0 || inertia < best.inertia) {
            best = {std::move(centroids), std::move(lloyd.labels()), inertia, iterations};
        }
    }
    report(progress, restarts, restarts);
    return best;
}

KMeansLabels nearest_centroids(const MatrixView& view, std::span<const float> centroids, std::size_t clusters,
                               std::size_t thread_count) {
    Threads threads(thread_count);
    const DenseView about{clusters, centroids.size() / clusters, centroids};
    const std::unique_ptr<KMeansRows> X = rows_of(view, about, threads);
    X->measure_from(relative_to(X->origin(), centroids), clusters);
    KMeansLabels out;
    label_rows(*X, threads, out.labels, out.distances);
    measure_rows(*X, centroids, clusters, out.labels, threads, out.distances);
    return out;
}

}  // namespace pointsman
