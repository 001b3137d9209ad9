#include "core/pivoted_cholesky.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace pointsman {

PivotedCholesky::PivotedCholesky(std::vector<double> G, std::size_t n, const Tick& tick)
    : n_(n), L_(std::move(G)), order_(n) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    factor(tick);
    if (rank_ == 0 || rank_ == n_) return;
    std::vector<double> inner(rank_ * rank_);
    for (std::size_t row = 0; row < n_; ++row) {
        const double* l = L_.data() + row * n_;
        const std::size_t filled = std::min(row + 1, rank_);
        for (std::size_t i = 0; i < filled; ++i) {
            for (std::size_t j = 0; j < filled; ++j) inner[i * rank_ + j] += l[i] * l[j];
        }
    }
    inner_ = std::make_unique<PivotedCholesky>(std::move(inner), rank_, tick);
}

void PivotedCholesky::factor(const Tick& tick) {
    std::vector<double> column(n_);
    double enough = 0;
    for (std::size_t k = 0; k < n_; ++k) {
        tick();
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n_; ++i) {
            if (L_[i * n_ + i] > L_[pivot * n_ + pivot]) pivot = i;
        }
        const double largest = L_[pivot * n_ + pivot];
        if (k == 0) enough = largest * static_cast<double>(n_) * std::numeric_limits<double>::epsilon();
        if (!(largest > enough)) return;
        swap(k, pivot);
        const double root = std::sqrt(largest);
        for (std::size_t i = k; i < n_; ++i) column[i] = L_[i * n_ + k] /= root;
        for (std::size_t i = k + 1; i < n_; ++i) {
            double* row = L_.data() + i * n_;
            const double factor = column[i];
            for (std::size_t j = k + 1; j < n_; ++j) row[j] -= factor * column[j];
        }
        rank_ = k + 1;
    }
}

void PivotedCholesky::swap(std::size_t a, std::size_t b) {
    if (a == b) return;
    std::swap(order_[a], order_[b]);
    std::swap_ranges(L_.begin() + static_cast<std::ptrdiff_t>(a * n_),
                     L_.begin() + static_cast<std::ptrdiff_t>((a + 1) * n_),
                     L_.begin() + static_cast<std::ptrdiff_t>(b * n_));
    for (std::size_t i = 0; i < n_; ++i) std::swap(L_[i * n_ + a], L_[i * n_ + b]);
}

void PivotedCholesky::solve(std::span<double> b) const {
    std::vector<double> x(n_);
    for (std::size_t i = 0; i < n_; ++i) x[i] = b[order_[i]];
    if (rank_ == n_) {
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t j = 0; j < i; ++j) x[i] -= L_[i * n_ + j] * x[j];
            x[i] /= L_[i * n_ + i];
        }
        for (std::size_t i = n_; i-- > 0;) {
            x[i] /= L_[i * n_ + i];
            for (std::size_t j = 0; j < i; ++j) x[j] -= L_[i * n_ + j] * x[i];
        }
    } else {
        std::vector<double> inner(rank_);
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t j = 0; j < std::min(i + 1, rank_); ++j) inner[j] += L_[i * n_ + j] * x[i];
        }
        if (inner_) {
            inner_->solve(inner);
            inner_->solve(inner);
        }
        for (std::size_t i = 0; i < n_; ++i) {
            x[i] = 0;
            for (std::size_t j = 0; j < std::min(i + 1, rank_); ++j) x[i] += L_[i * n_ + j] * inner[j];
        }
    }
    for (std::size_t i = 0; i < n_; ++i) b[order_[i]] = x[i];
}

}  // namespace pointsman
