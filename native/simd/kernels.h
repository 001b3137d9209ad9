// The inner loops, one table per instruction set. Kernels check nothing: callers own shapes and padding.
#pragma once

#include <string_view>
#include <vector>

#include "simd/distance_kernels.h"
#include "simd/linear_kernels.h"
#include "simd/score_kernels.h"
#include "simd/surface_kernels.h"
#include "simd/text_kernels.h"

namespace pointsman {

struct Kernels {
    std::string_view name;
    TextKernels text;
    ScoreKernels score;
    LinearKernels linear;
    SurfaceKernels surface;
    DistanceKernels distance;
};

/// Every table that this machine can run, best first; the last one is always "scalar".
std::vector<const Kernels*> available_kernels();

/// The table in use: the best, or the one that the environment variable POINTSMAN_SIMD names. Decided once.
/// Throws std::runtime_error, every time, if that name is unknown or not for this machine.
const Kernels& kernels();

}  // namespace pointsman
