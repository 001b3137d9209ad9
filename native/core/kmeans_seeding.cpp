#include "core/kmeans_seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "simd/lanes.h"

namespace pointsman {
namespace {

std::size_t uniform_below(std::size_t limit, Random& random) {
    return std::min(static_cast<std::size_t>(random.uniform() * static_cast<double>(limit)), limit - 1);
}

class Seeder {
public:
    Seeder(KMeansRows& X, Random& random, Threads& threads)
        : X_(X),
          random_(random),
          threads_(threads),
          nearest_(X.rows(), std::numeric_limits<double>::infinity()),
          totals_(X.parts()) {}

    std::vector<std::size_t> choose(std::size_t clusters, const std::function<void()>& between) {
        const auto trials =
            std::min(lanes, 2 + static_cast<std::size_t>(std::log(static_cast<double>(clusters))));
        std::vector<std::size_t> seeds;
        std::vector<std::size_t> drawn{uniform_below(X_.rows(), random_)};
        while (true) {
            between();
            seeds.push_back(take_best(drawn));
            if (seeds.size() == clusters) return seeds;
            drawn.clear();
            for (std::size_t t = 0; t < trials; ++t) drawn.push_back(row_by_distance());
        }
    }

private:
    /// A row with odds in proportion to its squared distance from the seeds.
    std::size_t row_by_distance() {
        double rest = random_.uniform() * std::accumulate(totals_.begin(), totals_.end(), 0.);
        std::size_t part = 0;
        while (part < totals_.size() && rest >= totals_[part]) rest -= totals_[part++];
        for (; part < totals_.size(); ++part) {
            for (std::size_t i = X_.part_begin(part); i < X_.part_end(part); ++i) {
                rest -= nearest_[i];
                if (rest < 0) return i;
            }
        }
        return uniform_below(X_.rows(), random_);
    }

    /// Keeps the candidate that leaves the least inertia; one pass over X for all of them.
    std::size_t take_best(const std::vector<std::size_t>& drawn) {
        const std::size_t count = drawn.size();
        X_.measure_from_rows(drawn);
        distances_.resize(X_.rows() * count);
        std::vector<double> inertia(X_.parts() * count);
        threads_.run(X_.parts(), [&](std::size_t part) {
            double* distance = distances_.data() + X_.part_begin(part) * count;
            X_.distances(part, distance);
            for (std::size_t i = X_.part_begin(part); i < X_.part_end(part); ++i) {
                for (std::size_t t = 0; t < count; ++t, ++distance) {
                    *distance = std::min(nearest_[i], *distance);
                    inertia[part * count + t] += *distance;
                }
            }
        });
        std::vector<double> sums(count);
        for (std::size_t i = 0; i < inertia.size(); ++i) sums[i % count] += inertia[i];
        const auto best = static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin());
        for (std::size_t i = 0; i < X_.rows(); ++i) nearest_[i] = distances_[i * count + best];
        for (std::size_t part = 0; part < totals_.size(); ++part)
            totals_[part] = inertia[part * count + best];
        return drawn[best];
    }

    KMeansRows& X_;
    Random& random_;
    Threads& threads_;
    std::vector<double> nearest_;
    /// Of `nearest_`, by parts.
    std::vector<double> totals_;
    /// [rows x candidates]
    std::vector<double> distances_;
};

}  // namespace

std::vector<std::size_t> spread_seeds(KMeansRows& X, std::size_t clusters, Random& random, Threads& threads,
                                      const std::function<void()>& between) {
    return Seeder(X, random, threads).choose(clusters, between);
}

std::vector<std::size_t> random_rows(std::size_t rows, std::size_t count, Random& random) {
    std::vector<std::size_t> all(rows);
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + uniform_below(rows - i, random)]);
    all.resize(count);
    return all;
}

std::vector<float> centroids_at(const KMeansRows& X, const std::vector<std::size_t>& rows) {
    std::vector<float> centroids(rows.size() * X.columns());
    std::vector<double> row(X.columns());
    for (std::size_t c = 0; c < rows.size(); ++c) {
        std::fill(row.begin(), row.end(), 0.);
        X.add(rows[c], 1, row.data());
        for (std::size_t j = 0; j < row.size(); ++j) {
            centroids[c * row.size() + j] = static_cast<float>(row[j] - X.origin()[j]);
        }
    }
    return centroids;
}

}  // namespace pointsman
