#include "pointsman/surface.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "core/fold.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

using Count = std::uint32_t SurfaceCounts::*;

struct Feature {
    std::string_view name;
    Count count;
    /// Of what it is a share; null: its logarithm is taken.
    Count whole = nullptr;
};

using C = SurfaceCounts;
constexpr std::array<Feature, surface_count> features = {{
    {"length", &C::bytes},
    {"numbers", &C::numbers},
    {"large numbers", &C::large_numbers},
    {"decimals", &C::decimals},
    {"prices", &C::prices},
    {"formula marks", &C::formula_marks},
    {"newlines", &C::newlines},
    {"blank lines", &C::blank_lines},
    {"indented lines", &C::indented_lines},
    {"options", &C::options},
    {"question marks", &C::question_marks},
    {"what", &C::what},
    {"which", &C::which},
    {"how", &C::how},
    {"why", &C::why},
    {"who, when, where", &C::who_when_where},
    {"digits", &C::digits, &C::bytes},
    {"capitals", &C::capitals, &C::bytes},
    {"foreign letters", &C::foreign_bytes, &C::bytes},
    {"sentence ends", &C::sentence_ends, &C::bytes},
    {"commas", &C::commas, &C::bytes},
    {"quotes", &C::quotes, &C::bytes},
    {"brackets", &C::brackets, &C::bytes},
    {"operators", &C::operators, &C::bytes},
    {"code marks", &C::code_marks, &C::bytes},
    {"word shortness", &C::words, &C::word_bytes},
    {"long words", &C::long_words, &C::words},
    {"one-letter words", &C::one_letter_words, &C::words},
    {"capitalised words", &C::capitalised_words, &C::words},
    {"words in capitals", &C::capital_words, &C::words},
}};

constexpr auto names = [] {
    std::array<std::string_view, surface_count> list{};
    for (std::size_t i = 0; i < surface_count; ++i) list[i] = features[i].name;
    return list;
}();

/// ln(1 + count) of the counts that prompts have.
const auto logarithms = [] {
    std::array<float, 1024> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<float>(std::log1p(static_cast<double>(i)));
    return table;
}();

float logarithm(std::uint32_t count) {
    return count < logarithms.size() ? logarithms[count]
                                     : static_cast<float>(std::log1p(static_cast<double>(count)));
}

template <std::size_t i>
float feature(const SurfaceCounts& counts) {
    constexpr Feature it = features[i];
    if constexpr (it.whole == nullptr) {
        return logarithm(counts.*it.count);
    } else {
        // Without bytes or words there is no part of them either.
        return static_cast<float>(counts.*it.count) /
               static_cast<float>(std::max(counts.*it.whole, std::uint32_t{1}));
    }
}

}  // namespace

std::span<const std::string_view> surface_names() { return names; }

void surface_features(const std::uint8_t* bytes, std::size_t n, float* out) {
    SurfaceCounts counts;
    kernels().surface.count(bytes, n, counts);
    [&]<std::size_t... i>(std::index_sequence<i...>) { ((out[i] = feature<i>(counts)), ...); }
    (std::make_index_sequence<surface_count>());
}

std::vector<float> surface(std::span<const std::u16string_view> texts) {
    std::size_t longest = 0;
    for (const auto text : texts) longest = std::max(longest, text.size());
    const auto bytes =
        std::make_unique_for_overwrite<std::uint8_t[]>(longest * max_bytes_per_unit + text_padding);
    std::vector<float> out(texts.size() * surface_count);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::size_t n = fold(texts[i], bytes.get());
        std::memset(bytes.get() + n, ' ', text_padding);
        surface_features(bytes.get(), n, out.data() + i * surface_count);
    }
    return out;
}

}  // namespace pointsman
