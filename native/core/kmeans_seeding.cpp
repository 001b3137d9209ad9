#include "core/kmeans_seeding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "pointsman/aligned.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

class Seeder {
public:
    Seeder(const CsrView& X, std::span<const double> norms, Random& random)
        : X_(X),
          norms_(norms),
          random_(random),
          candidates_(X.columns * lanes),
          nearest_(X.rows, std::numeric_limits<double>::infinity()),
          distances_(X.rows * lanes) {}

    std::vector<std::size_t> choose(std::size_t clusters) {
        const auto trials =
            std::min(lanes, 2 + static_cast<std::size_t>(std::log(static_cast<double>(clusters))));
        std::vector<std::size_t> seeds;
        std::vector<std::size_t> drawn{uniform_row()};
        while (true) {
            seeds.push_back(take_best(drawn));
            if (seeds.size() == clusters) return seeds;
            drawn.clear();
            for (std::size_t t = 0; t < trials; ++t) drawn.push_back(row_by_distance());
        }
    }

private:
    std::size_t uniform_row() {
        return std::min(static_cast<std::size_t>(random_.uniform() * static_cast<double>(X_.rows)),
                        X_.rows - 1);
    }

    /// A row with odds in proportion to its squared distance from the seeds.
    std::size_t row_by_distance() {
        double rest = random_.uniform() * total_;
        for (std::size_t i = 0; i < X_.rows; ++i) {
            rest -= nearest_[i];
            if (rest < 0) return i;
        }
        return uniform_row();
    }

    /// Keeps the candidate that leaves the least inertia; one pass over X for all of them.
    std::size_t take_best(const std::vector<std::size_t>& drawn) {
        place(drawn, 1);
        std::array<double, lanes> inertia{};
        std::array<float, lanes> product{};
        for (std::size_t i = 0; i < X_.rows; ++i) {
            kernels().linear.sparse_dot(X_.row_values(i), X_.row_indices(i), X_.row_size(i),
                                        candidates_.data(), lanes, product.data());
            for (std::size_t t = 0; t < drawn.size(); ++t) {
                const double distance = std::max(0., norms_[i] + norms_[drawn[t]] - 2. * product[t]);
                distances_[i * lanes + t] = std::min(nearest_[i], distance);
                inertia[t] += distances_[i * lanes + t];
            }
        }
        place(drawn, 0);
        const auto count = static_cast<std::ptrdiff_t>(drawn.size());
        const auto best = static_cast<std::size_t>(
            std::min_element(inertia.begin(), inertia.begin() + count) - inertia.begin());
        for (std::size_t i = 0; i < X_.rows; ++i) nearest_[i] = distances_[i * lanes + best];
        total_ = inertia[best];
        return drawn[best];
    }

    /// Candidates lie in the lanes of a dense [columns x lanes] matrix that is zero between calls.
    void place(const std::vector<std::size_t>& drawn, float factor) {
        for (std::size_t t = 0; t < drawn.size(); ++t) {
            const std::size_t row = drawn[t];
            for (std::size_t k = 0; k < X_.row_size(row); ++k) {
                candidates_[X_.row_indices(row)[k] * lanes + t] = factor * X_.row_values(row)[k];
            }
        }
    }

    const CsrView& X_;
    std::span<const double> norms_;
    Random& random_;
    AlignedVector<float> candidates_;
    std::vector<double> nearest_;
    std::vector<double> distances_;
    double total_ = 0;
};

}  // namespace

std::vector<std::size_t> choose_seeds(const CsrView& X, std::span<const double> norms, std::size_t clusters,
                                      Random& random) {
    return Seeder(X, norms, random).choose(clusters);
}

}  // namespace pointsman
