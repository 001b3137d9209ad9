// What the solvers see of a logistic regression: rows to train on and rows held out. Private to logistic.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/column_map.h"
#include "core/label_lanes.h"
#include "pointsman/csr.h"
#include "pointsman/logistic.h"

namespace pointsman {

struct LogisticProblem {
    LogisticProblem(const CsrView& X, const LogisticOptions& options);

    /// Targets of labels first .. first + count of Y [rows of X x labels] for some rows, each counted
    /// `share`.
    LaneTargets targets(std::span<const std::uint32_t> rows, double share, std::span<const float> Y,
                        std::size_t labels, std::size_t first, std::size_t count) const;

    const LogisticOptions& options;
    /// The rows of X that `train` and `held_out` hold.
    std::vector<std::uint32_t> train_rows;
    std::vector<std::uint32_t> held_out_rows;
    /// 1 / the number of copies of each row in `train`.
    double share = 1;
    ColumnMap map;
    Csr train;
    Csr held_out;
    /// Of `train`, with a last row of ones; only for a penalty with an L1 part.
    Csr transposed;
};

}  // namespace pointsman
