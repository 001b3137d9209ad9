#include "pointsman/surface.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "core/fold.h"
#include "core/texts.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

struct Feature {
    std::string_view name;
    unsigned count;
    /// Of what it is a share; nothing: its logarithm is taken.
    std::optional<unsigned> whole = std::nullopt;
};

/// Beside the counts of the kernel.
constexpr unsigned bytes_in_all = surface::count_room;

using namespace pointsman::surface;
constexpr std::array<Feature, surface_count> features = {{
    {"length", bytes_in_all},
    {"numbers", numbers},
    {"large numbers", large_numbers},
    {"decimals", decimals},
    {"prices", prices},
    {"formula marks", formula_marks},
    {"newlines", newlines},
    {"blank lines", blank_lines},
    {"indented lines", indented_lines},
    {"options", options},
    {"question marks", question_marks},
    {"what", what},
    {"which", which},
    {"how", how},
    {"why", why},
    {"who, when, where", who_when_where},
    {"digits", digits, bytes_in_all},
    {"capitals", capitals, bytes_in_all},
    {"foreign letters", foreign_bytes, bytes_in_all},
    {"sentence ends", sentence_ends, bytes_in_all},
    {"commas", commas, bytes_in_all},
    {"quotes", quotes, bytes_in_all},
    {"brackets", brackets, bytes_in_all},
    {"operators", operators, bytes_in_all},
    {"code marks", code_marks, bytes_in_all},
    {"word shortness", words, word_bytes},
    {"long words", long_words, words},
    {"one-letter words", one_letter_words, words},
    {"capitalised words", capitalised_words, words},
    {"words in capitals", words_in_capitals, words},
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
float feature(const std::uint32_t* counts) {
    constexpr Feature it = features[i];
    if constexpr (!it.whole) {
        return logarithm(counts[it.count]);
    } else {
        // Without bytes or words there is no part of them either.
        return static_cast<float>(counts[it.count]) /
               static_cast<float>(std::max(counts[*it.whole], std::uint32_t{1}));
    }
}

}  // namespace

std::span<const std::string_view> surface_names() { return names; }

void surface_features(const std::uint8_t* bytes, std::size_t n, float* out) {
    std::uint32_t counts[count_room + 1];
    kernels().surface.count(bytes, n, counts);
    counts[bytes_in_all] = static_cast<std::uint32_t>(n);
    [&]<std::size_t... i>(std::index_sequence<i...>) { ((out[i] = feature<i>(counts)), ...); }
    (std::make_index_sequence<surface_count>());
}

std::vector<float> surface_matrix(std::span<const std::u16string_view> texts) {
    const auto bytes =
        std::make_unique_for_overwrite<std::uint8_t[]>(longest(texts) * max_bytes_per_unit + text_padding);
    std::vector<float> out(texts.size() * surface_count);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::size_t n = fold(texts[i], bytes.get());
        std::memset(bytes.get() + n, ' ', text_padding);
        surface_features(bytes.get(), n, out.data() + i * surface_count);
    }
    return out;
}

}  // namespace pointsman
