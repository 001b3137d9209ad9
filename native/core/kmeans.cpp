#include "pointsman/kmeans.h"

#include <limits>
#include <numeric>

#include "core/kmeans_seeding.h"
#include "core/lloyd.h"

namespace pointsman {
namespace {

std::vector<double> squared_norms(const CsrView& X) {
    std::vector<double> norms(X.rows);
    for (std::size_t i = 0; i < X.rows; ++i) {
        const float* values = X.row_values(i);
        for (std::size_t k = 0; k < X.row_size(i); ++k) norms[i] += double{values[k]} * values[k];
    }
    return norms;
}

double mean_column_variance(const CsrView& X, std::span<const double> norms) {
    std::vector<double> means(X.columns);
    for (std::size_t k = 0; k < X.values.size(); ++k) means[X.indices[k]] += X.values[k];
    const auto n = static_cast<double>(X.rows);
    double squared_means = 0;
    for (const double sum : means) squared_means += (sum / n) * (sum / n);
    const double squares = std::accumulate(norms.begin(), norms.end(), 0.) / n;
    return X.columns == 0 ? 0 : (squares - squared_means) / static_cast<double>(X.columns);
}

}  // namespace

KMeansFit fit_kmeans(const CsrView& X, const KMeansOptions& options, const Progress& progress) {
    const std::vector<double> norms = squared_norms(X);
    const double enough = options.tol * mean_column_variance(X, norms);
    Random random(options.seed);
    KMeansFit best{
        .centroids = {}, .labels = {}, .inertia = std::numeric_limits<double>::infinity(), .iterations = 0};
    for (std::uint32_t restart = 0; restart < options.n_init; ++restart) {
        report(progress, restart, options.n_init);
        Lloyd lloyd(X, norms, choose_seeds(X, norms, options.clusters, random));
        std::uint32_t iterations = 0;
        while (iterations < options.max_iter && lloyd.assign()) {
            ++iterations;
            const double moved = lloyd.update();
            report(progress, restart, options.n_init);
            if (moved <= enough) break;
        }
        // The labels must be those of the final centroids.
        lloyd.assign();
        if (lloyd.inertia() < best.inertia) {
            best = {lloyd.row_major_centroids(), lloyd.take_labels(), lloyd.inertia(), iterations};
        }
    }
    report(progress, options.n_init, options.n_init);
    return best;
}

}  // namespace pointsman
