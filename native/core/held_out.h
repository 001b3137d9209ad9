// Early stopping, sixteen labels in step. Private to logistic regression.
#pragma once

#include <cstdint>

#include "core/label_lanes.h"
#include "core/lane_loss.h"
#include "pointsman/csr.h"

namespace pointsman {

class HeldOut {
public:
    /// The rows that are watched; `count` labels.
    HeldOut(const CsrView& X, LaneTargets targets, std::size_t count, std::uint32_t n_iter_no_change);

    /// Takes note of weights w [columns + 1 x lanes] after a pass. Returns whether every label has stopped.
    bool observe(const Lanes& w);

    /// Each label's weights where its loss was least.
    const Lanes& best() const { return best_; }

private:
    const LaneTargets targets_;
    LaneLoss loss_;
    const std::size_t count_;
    const std::uint32_t n_iter_no_change_;
    LaneDoubles least_{};
    std::array<std::uint32_t, lanes> passes_since_{};
    Lanes best_;
};

}  // namespace pointsman
