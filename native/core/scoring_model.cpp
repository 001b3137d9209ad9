#include "pointsman/scoring_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/lanes.h"

namespace pointsman {
namespace {

constexpr float largest = std::numeric_limits<std::int16_t>::max();

}  // namespace

std::size_t ScoringModel::clusters() const {
    std::size_t sum = 0;
    for (const Part& part : parts) sum += part.is_clusters() ? part.heads : 0;
    return sum;
}

std::size_t row_stride(std::size_t heads) { return (heads + 2 + lanes - 1) / lanes * lanes; }

Rows compile_rows(std::size_t count, std::span<const std::uint32_t> place_of_term, std::span<const float> idf,
                  std::span<const float> weights, std::size_t heads) {
    const std::size_t stride = row_stride(heads);
    Rows out{.stride = stride,
             .rows = std::vector<std::int16_t>(count * stride),
             .scales = std::vector<float>(stride)};
    const auto for_each_value = [&](auto&& use) {
        for (std::size_t term = 0; term < idf.size(); ++term) {
            for (std::size_t j = 0; j < heads; ++j) use(term, j, idf[term] * weights[term * heads + j]);
            use(term, stride - 1, idf[term] * idf[term]);
        }
    };
    for_each_value([&](std::size_t, std::size_t lane, float value) {
        out.scales[lane] = std::max(out.scales[lane], std::abs(value) / largest);
    });
    const auto row_of = [&](std::size_t term) {
        return out.rows.data() + (1 + (place_of_term.empty() ? term : place_of_term[term])) * stride;
    };
    for_each_value([&](std::size_t term, std::size_t lane, float value) {
        if (out.scales[lane] == 0) return;
        const float units = std::clamp(value / out.scales[lane], -largest, largest);
        row_of(term)[lane] = static_cast<std::int16_t>(std::lrint(units));
    });
    for (std::size_t term = 0; term < idf.size(); ++term) row_of(term)[stride - 2] = idf[term] > 0 ? 1 : 0;
    out.scales[stride - 2] = 1;
    return out;
}

}  // namespace pointsman
