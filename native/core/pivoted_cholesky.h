// Symmetric positive semidefinite systems. Private to least squares.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/shared_progress.h"

namespace pointsman {

/// P G P^T = L L^T with L [n x rank], the largest diagonal entry that is left taken first. An entry below
/// rounding ends it.
class PivotedCholesky {
public:
    /// G [n x n], all of it.
    PivotedCholesky(std::vector<double> G, std::size_t n, const Tick& tick);

    /// b = G^-1 b; with the pseudo-inverse L (L^T L)^-2 L^T if G is singular.
    void solve(std::span<double> b) const;

private:
    void factor(const Tick& tick);
    void swap(std::size_t a, std::size_t b);

    std::size_t n_;
    std::size_t rank_ = 0;
    /// [n x n]; L is its lower part's first `rank_` columns.
    std::vector<double> L_;
    std::vector<std::size_t> order_;
    /// Of L^T L, if G is singular.
    std::unique_ptr<PivotedCholesky> inner_;
};

}  // namespace pointsman
