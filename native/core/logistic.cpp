#include "pointsman/logistic.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/held_out.h"
#include "core/lane_loss.h"
#include "core/logistic_dual.h"
#include "core/logistic_elastic_net.h"
#include "core/logistic_newton.h"
#include "core/logistic_problem.h"
#include "core/shared_progress.h"
#include "pointsman/threads.h"

namespace pointsman {
namespace {

/// Where the dual converges slowly (C |x|^2 far above 1), Newton steps do better from here on.
constexpr std::uint32_t max_epochs = 30;

/// Labels first .. first + count.
class Block {
public:
    Block(const LogisticProblem& problem, std::span<const float> Y, std::size_t labels, std::size_t first,
          std::size_t count, SharedProgress& progress)
        : problem_(problem),
          options_(problem.options),
          train_(problem.train.view()),
          held_out_(problem.held_out.view()),
          labels_(labels),
          first_(first),
          count_(count),
          targets_(problem.targets(problem.train_rows, problem.share, Y, labels, first, count)),
          stopping_(held_out_, problem.targets(problem.held_out_rows, 1, Y, labels, first, count), count,
                    options_.n_iter_no_change),
          progress_(progress) {}

    void train(LogisticFit& fit) {
        Lanes w = solve();
        progress_.advance(options_.max_iter - passes_);
        if (passes_ > 0 && held_out_.rows > 0) w = stopping_.best();
        write(w, fit);
    }

    std::uint32_t passes() const { return passes_; }

private:
    Lanes solve() {
        const bool is_warm = !options_.init_weights.empty();
        if (options_.l1_ratio > 0) {
            LogisticElasticNet net(train_, problem_.transposed.view(), targets_, options_.l1_ratio,
                                   options_.tol, start());
            iterate(net, options_.max_iter);
            return std::move(net.weights());
        }
        Lanes w;
        if (is_warm) {
            w = start();
        } else {
            LogisticDual dual(train_, targets_, options_.tol / 10, options_.seed);
            if (iterate(dual, std::min(max_epochs, options_.max_iter))) return std::move(dual.weights());
            w = std::move(dual.weights());
        }
        LogisticNewton newton(train_, targets_, options_.tol, std::move(w));
        iterate(newton, options_.max_iter);
        return std::move(newton.weights());
    }

    /// Returns whether all labels were stopped early.
    template <typename Solver>
    bool iterate(Solver& solver, std::uint32_t max_passes) {
        const Tick tick = [&] { progress_.advance(0); };
        while (passes_ < max_passes && solver.step(tick)) {
            ++passes_;
            progress_.advance(1);
            if (held_out_.rows > 0 && stopping_.observe(solver.weights())) return true;
        }
        return false;
    }

    Lanes start() const {
        Lanes w((train_.columns + 1) * lanes);
        if (options_.init_weights.empty()) return w;
        for (std::size_t column = 0; column < problem_.map.size(); ++column) {
            float* row = w.data() + problem_.map.target(column) * lanes;
            for (std::size_t lane = 0; lane < count_; ++lane)
                row[lane] +=
                    problem_.map.factor(column) * options_.init_weights[column * labels_ + first_ + lane];
        }
        for (std::size_t lane = 0; lane < count_; ++lane)
            w[train_.columns * lanes + lane] = options_.init_bias[first_ + lane];
        return w;
    }

    void write(const Lanes& w, LogisticFit& fit) const {
        for (std::size_t column = 0; column < problem_.map.size(); ++column) {
            const float* row = w.data() + problem_.map.target(column) * lanes;
            float* out = fit.weights.data() + column * labels_ + first_;
            for (std::size_t lane = 0; lane < count_; ++lane)
                out[lane] = problem_.map.factor(column) * row[lane];
        }
        LaneLoss loss(train_, targets_);
        loss.evaluate(w);
        LaneDoubles penalty{};
        const auto l1 = static_cast<float>(options_.l1_ratio);
        kernels().linear.penalty(w.data(), train_.columns, l1, 1 - l1, penalty.data());
        for (std::size_t lane = 0; lane < count_; ++lane) {
            fit.bias[first_ + lane] = w[train_.columns * lanes + lane];
            fit.objective[first_ + lane] = loss.value()[lane] + penalty[lane];
        }
    }

    const LogisticProblem& problem_;
    const LogisticOptions& options_;
    const CsrView train_;
    const CsrView held_out_;
    const std::size_t labels_, first_, count_;
    const LaneTargets targets_;
    HeldOut stopping_;
    SharedProgress& progress_;
    std::uint32_t passes_ = 0;
};

}  // namespace

LogisticFit fit_logistic(const CsrView& X, std::span<const float> Y, std::size_t labels,
                         const LogisticOptions& options, const Progress& progress) {
    LogisticFit fit{.weights = std::vector<float>(X.columns * labels),
                    .bias = std::vector<float>(labels),
                    .objective = std::vector<double>(labels),
                    .iterations = 0};
    const std::size_t blocks = (labels + lanes - 1) / lanes;
    SharedProgress shared(progress, blocks * options.max_iter);
    const LogisticProblem problem(X, options);
    std::vector<std::uint32_t> passes(blocks);
    Threads(std::min(options.threads, blocks)).run(blocks, [&](std::size_t b) {
        const std::size_t first = b * lanes;
        Block block(problem, Y, labels, first, std::min(lanes, labels - first), shared);
        block.train(fit);
        passes[b] = block.passes();
    });
    if (!std::all_of(fit.objective.begin(), fit.objective.end(), [](double x) { return std::isfinite(x); }))
        throw std::invalid_argument("Training overflowed: the features or C are too large. Scale them down.");
    fit.iterations = *std::max_element(passes.begin(), passes.end());
    return fit;
}

}  // namespace pointsman
