// Collections of texts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace pointsman {

using Texts = std::span<const std::u16string_view>;

/// Units of the longest one; 0 if there are none.
inline std::size_t longest(Texts texts) {
    std::size_t units = 0;
    for (const auto text : texts) units = std::max(units, text.size());
    return units;
}

}  // namespace pointsman
