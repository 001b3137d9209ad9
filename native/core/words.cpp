#include "pointsman/words.h"

#include <bit>
#include <cassert>
#include <cstring>

#include "core/fold.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

/// Bytes of the UTF-8 sequence that starts with this byte.
unsigned sequence_length(std::uint8_t lead) {
    return lead < 0x80 ? 1 : static_cast<unsigned>(std::countl_one(lead));
}

}  // namespace

// A unit starts and ends at most one word (U+0130 is a letter and a gap), hence two edges a unit.
WordCutter::WordCutter(std::size_t max_units)
    : max_units_(max_units),
      bytes_(
          std::make_unique_for_overwrite<std::uint8_t[]>(max_units * max_bytes_per_unit + 2 * text_padding)),
      edges_(std::make_unique_for_overwrite<std::uint32_t[]>(2 * max_units + 2 * text_padding + 2)) {}

std::span<const WordCutter::Word> WordCutter::cut(std::u16string_view text) {
    assert(text.size() <= max_units_);
    const std::size_t n = fold(text, bytes_.get());
    std::memset(bytes_.get() + n, ' ', text_padding);
    std::uint32_t* edges = edges_.get();
    const std::size_t edge_count = kernels().text.edges(bytes_.get(), n, edges);
    // Pairs of edges become words in place; a word of one code point is overwritten by the next.
    static_assert(sizeof(Word) == 2 * sizeof(std::uint32_t));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < edge_count; i += 2) {
        const std::uint32_t start = edges[i];
        const std::uint32_t end = edges[i + 1];
        edges[kept] = start;
        edges[kept + 1] = end;
        kept += end - start > sequence_length(bytes_[start]) ? 2 : 0;
    }
    return {reinterpret_cast<const Word*>(edges), kept / 2};
}

}  // namespace pointsman
