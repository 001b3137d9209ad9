// How the heads of a router file become scores. Private to router_model.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/router_tensors.h"
#include "pointsman/parts.h"

namespace pointsman {

/// Throws FormatError that names what is wrong.
std::vector<Part> read_parts(const Tensors& tensors, std::size_t heads, std::size_t models);

/// Empty if there is none. Throws FormatError.
std::span<const float> read_calibration(const Tensors& tensors, std::size_t models);

}  // namespace pointsman
