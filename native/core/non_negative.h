// Non-negative least squares by the normal equations. Private to least squares.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/shared_progress.h"

namespace pointsman {

/// The w >= 0 with least w^T G w / 2 - g^T w, G [n x n] positive semidefinite, by the active set of Lawson
/// and Hanson (1974): weights enter the free set one at a time, steepest first, and leave it where they would
/// turn negative.
class NonNegative {
public:
    NonNegative(std::span<const double> G, std::size_t n) : G_(G), n_(n) {}

    /// Throws std::runtime_error if rounding keeps it from an
    /// end.
    std::vector<double> solve(std::span<const double> g, const Tick& tick);

    /// Adds the free weights' share of G^-1 `slope` to w, unless one would turn negative.
    void correct(std::vector<double>& w, std::span<const double> slope) const;

private:
    /// Extends the factor L of the free part of G by one column. Returns whether it does not depend on the
    /// others.
    bool extend(std::size_t column);
    void refactor();
    /// Solves for the free weights.
    std::vector<double> solve_free(std::span<const double> g) const;
    std::size_t steepest(std::span<const double> g, std::span<const double> w,
                         const std::vector<bool>& is_barred) const;
    void move(std::span<const double> g, std::vector<double>& w);

    std::span<const double> G_;
    const std::size_t n_;
    std::vector<std::size_t> free_;
    /// Rows of L, one after another: i + 1 entries in row i.
    std::vector<double> L_;
};

}  // namespace pointsman
