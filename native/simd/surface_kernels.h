// Inner loop of the surface features: how a text looks, in counts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pointsman {

/// docs/surface-features.md defines each. A word is a run of [0-9A-Za-z_] and bytes >= 0x80; a blank is a
/// space, tab, carriage return, vertical tab or form feed.
struct SurfaceCounts {
    std::uint32_t bytes;
    std::uint32_t words;
    std::uint32_t word_bytes;
    std::uint32_t digits;
    std::uint32_t numbers;
    std::uint32_t large_numbers;
    std::uint32_t decimals;
    std::uint32_t capitals;
    std::uint32_t foreign_bytes;
    std::uint32_t capitalised_words;
    std::uint32_t capital_words;
    std::uint32_t long_words;
    std::uint32_t one_letter_words;
    std::uint32_t newlines;
    std::uint32_t blank_lines;
    std::uint32_t indented_lines;
    std::uint32_t sentence_ends;
    std::uint32_t question_marks;
    std::uint32_t commas;
    std::uint32_t quotes;
    std::uint32_t brackets;
    std::uint32_t operators;
    std::uint32_t code_marks;
    std::uint32_t options;
    std::uint32_t prices;
    std::uint32_t formula_marks;
    std::uint32_t what;
    std::uint32_t which;
    std::uint32_t how;
    std::uint32_t why;
    std::uint32_t who_when_where;

    bool operator==(const SurfaceCounts&) const = default;
};

struct SurfaceKernels {
    /// Counts over bytes[0 .. n), as `fold` wrote them; bytes[n .. n + text_padding) must be spaces.
    void (*count)(const std::uint8_t* bytes, std::size_t n, SurfaceCounts& counts);
};

}  // namespace pointsman
