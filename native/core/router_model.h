// From the tensors of a router file to what a scorer reads. Private to router_file.cpp.
#pragma once

#include <string_view>

#include "pointsman/safetensors.h"
#include "pointsman/scoring_model.h"

namespace pointsman {

/// Throws FormatError if there is none.
std::string_view required_metadata(const Safetensors& file, std::string_view key);

/// Everything checked; throws FormatError that names what is wrong.
ScoringModel read_model(const Safetensors& file);

}  // namespace pointsman
