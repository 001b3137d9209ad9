// Inner loop of the surface features: how a text looks, in counts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pointsman {

namespace surface {

/// What is counted; docs/surface-features.md defines each. A word is a run of [0-9A-Za-z_] and bytes >= 0x80,
/// a blank is a space, tab, carriage return, vertical tab or form feed.
enum Counted : unsigned {
    words,
    word_bytes,
    long_words,
    one_letter_words,
    capitalised_words,
    words_in_capitals,
    capitals,
    foreign_bytes,
    options,
    digits,
    numbers,
    large_numbers,
    decimals,
    prices,
    formula_marks,
    newlines,
    blank_lines,
    indented_lines,
    sentence_ends,
    question_marks,
    commas,
    quotes,
    brackets,
    operators,
    code_marks,
    what,
    which,
    how,
    why,
    who_when_where,
    counted
};
/// Room for the counts: whole vectors.
inline constexpr unsigned count_room = (counted + 3) / 4 * 4;

}  // namespace surface

struct SurfaceKernels {
    /// Writes counts[surface::count_room] over bytes[0 .. n), as `fold` wrote them; bytes[n .. n +
    /// text_padding) must be spaces.
    void (*count)(const std::uint8_t* bytes, std::size_t n, std::uint32_t* counts);
};

}  // namespace pointsman
