// The unit of vector work.
#pragma once

#include <cstddef>

namespace pointsman {

/// Labels, heads and centroids travel in blocks of this many float lanes (one AVX-512 register).
inline constexpr std::size_t lanes = 16;

}  // namespace pointsman
