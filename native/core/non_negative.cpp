#include "core/non_negative.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace pointsman {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

std::size_t row_start(std::size_t row) { return row * (row + 1) / 2; }

}  // namespace

std::vector<double> NonNegative::solve(std::span<const double> g, const Tick& tick) {
    free_.clear();
    L_.clear();
    std::vector<double> w(n_);
    std::vector<bool> is_barred(n_);
    const std::size_t most = 30 * n_ + 100;
    for (std::size_t turn = 0; turn < most; ++turn) {
        tick();
        const std::size_t column = steepest(g, w, is_barred);
        if (column == n_) return w;
        if (!extend(column)) {
            is_barred[column] = true;
            continue;
        }
        if (!(solve_free(g).back() > 0)) {
            // Rounding: its slope is not truly upwards.
            free_.pop_back();
            refactor();
            is_barred[column] = true;
            continue;
        }
        move(g, w);
        is_barred.assign(n_, false);
    }
    throw std::runtime_error(
        "Non-negative least squares found no end: the columns depend on each other too closely. "
        "Leave some out or give alpha a value above 0.");
}

/// The column outside the free set whose weight gains most by growing, or n.
std::size_t NonNegative::steepest(std::span<const double> g, std::span<const double> w,
                                  const std::vector<bool>& is_barred) const {
    std::vector<bool> is_free(n_);
    for (const std::size_t column : free_) is_free[column] = true;
    std::size_t best = n_;
    double best_slope = 0;
    for (std::size_t i = 0; i < n_; ++i) {
        if (is_free[i] || is_barred[i]) continue;
        double slope = g[i];
        double size = std::abs(g[i]);
        for (const std::size_t j : free_) {
            slope -= G_[i * n_ + j] * w[j];
            size += std::abs(G_[i * n_ + j] * w[j]);
        }
        if (slope <= best_slope || slope <= size * static_cast<double>(n_) * epsilon) continue;
        best = i;
        best_slope = slope;
    }
    return best;
}

/// Goes to the best free weights, stopping at each one that reaches 0 on the way.
void NonNegative::move(std::span<const double> g, std::vector<double>& w) {
    while (true) {
        const std::vector<double> goal = solve_free(g);
        double share = 1;
        for (std::size_t i = 0; i < free_.size(); ++i) {
            const double now = w[free_[i]];
            if (goal[i] <= 0) share = std::min(share, now / (now - goal[i]));
        }
        std::vector<std::size_t> still;
        for (std::size_t i = 0; i < free_.size(); ++i) {
            double& now = w[free_[i]];
            const bool is_first_to_leave = goal[i] <= 0 && now / (now - goal[i]) <= share;
            now = is_first_to_leave ? 0 : now + share * (goal[i] - now);
            if (now > 0)
                still.push_back(free_[i]);
            else
                now = 0;
        }
        if (still.size() == free_.size()) return;
        free_ = still;
        refactor();
    }
}

bool NonNegative::extend(std::size_t column) {
    const std::size_t k = free_.size();
    L_.resize(row_start(k));
    double left = G_[column * n_ + column];
    const double enough = left * static_cast<double>(n_) * 10 * epsilon;
    for (std::size_t i = 0; i < k; ++i) {
        double entry = G_[column * n_ + free_[i]];
        for (std::size_t j = 0; j < i; ++j) entry -= L_[row_start(i) + j] * L_[row_start(k) + j];
        entry /= L_[row_start(i) + i];
        L_.push_back(entry);
        left -= entry * entry;
    }
    if (!(left > enough)) {
        L_.resize(row_start(k));
        return false;
    }
    L_.push_back(std::sqrt(left));
    free_.push_back(column);
    return true;
}

void NonNegative::refactor() {
    const std::vector<std::size_t> columns = std::move(free_);
    free_.clear();
    L_.clear();
    for (const std::size_t column : columns) extend(column);
}

std::vector<double> NonNegative::solve_free(std::span<const double> g) const {
    const std::size_t k = free_.size();
    std::vector<double> x(k);
    for (std::size_t i = 0; i < k; ++i) {
        x[i] = g[free_[i]];
        for (std::size_t j = 0; j < i; ++j) x[i] -= L_[row_start(i) + j] * x[j];
        x[i] /= L_[row_start(i) + i];
    }
    for (std::size_t i = k; i-- > 0;) {
        x[i] /= L_[row_start(i) + i];
        for (std::size_t j = 0; j < i; ++j) x[j] -= L_[row_start(i) + j] * x[i];
    }
    return x;
}

void NonNegative::correct(std::vector<double>& w, std::span<const double> slope) const {
    const std::vector<double> change = solve_free(slope);
    for (std::size_t i = 0; i < free_.size(); ++i) {
        if (w[free_[i]] + change[i] <= 0) return;
    }
    for (std::size_t i = 0; i < free_.size(); ++i) w[free_[i]] += change[i];
}

}  // namespace pointsman
