// Sixteen labels in step, one a lane. Private to logistic regression.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "pointsman/aligned.h"
#include "simd/lanes.h"

namespace pointsman {

/// One number a label.
using LaneFloats = std::array<float, lanes>;
using LaneDoubles = std::array<double, lanes>;
/// [rows x lanes], or [columns + 1 x lanes] for weights: the intercept is kept as one column more.
using Lanes = AlignedVector<float>;

/// What is known of some rows: target y and weight c of the loss, both [rows x lanes]. A label that is
/// unknown for a row, and a lane without a label, has weight 0.
struct LaneTargets {
    Lanes y;
    Lanes c;
};

}  // namespace pointsman
