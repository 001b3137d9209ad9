#include "pointsman/words.h"

#include <cassert>
#include <cstring>

#include "core/fold.h"
#include "pointsman/surface.h"
#include "simd/kernels.h"

namespace pointsman {

std::optional<TokenPattern> find_token_pattern(std::string_view name) {
    if (name == "\\w\\w+") return TokenPattern::two_or_more;
    if (name == "\\w+") return TokenPattern::one_or_more;
    return std::nullopt;
}

// A unit starts and ends at most one run (U+0130 is a letter and a gap), hence two edges a unit.
WordCutter::WordCutter(std::size_t max_units, TokenPattern pattern)
    : max_units_(max_units),
      pattern_(pattern),
      bytes_(
          std::make_unique_for_overwrite<std::uint8_t[]>(max_units * max_bytes_per_unit + 2 * text_padding)),
      edges_(std::make_unique_for_overwrite<std::uint32_t[]>(2 * max_units + 2 * text_padding + 2)) {}

std::size_t WordCutter::find_edges(std::u16string_view text, float* surface) {
    assert(text.size() <= max_units_);
    const std::size_t n = fold(text, bytes_.get());
    std::memset(bytes_.get() + n, ' ', text_padding);
    // Before the letters lose their case.
    if (surface != nullptr) surface_features(bytes_.get(), n, surface);
    return kernels().text.edges(bytes_.get(), n, edges_.get()) / 2;
}

std::span<const WordCutter::Word> WordCutter::cut(std::u16string_view text, std::uint64_t* hashes,
                                                  float* surface) {
    const std::size_t runs = find_edges(text, surface);
    const bool keeps_single = pattern_ == TokenPattern::one_or_more;
    const std::size_t words = kernels().text.hash(bytes_.get(), edges_.get(), 2 * runs, keeps_single, hashes);
    static_assert(sizeof(Word) == 2 * sizeof(std::uint32_t));
    return {reinterpret_cast<const Word*>(edges_.get()), words};
}

}  // namespace pointsman
