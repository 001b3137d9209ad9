// What a byte is, for the surface features: one bit a class.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pointsman::surface {

enum Class : unsigned {
    digit,
    capital,
    word,
    newline,
    blank,
    sentence_mark,
    dot,
    question,
    comma,
    quote,
    bracket,
    operation,
    minus,
    dollar,
    backslash,
    code,
    option_mark,
    letter_w,
    letter_h,
    letter_o,
    class_count
};
/// Classes are kept in groups of eight, a byte each.
inline constexpr unsigned class_groups = (class_count + 7) / 8;

constexpr bool is_word(unsigned byte) {
    return byte - '0' < 10u || (byte | 0x20) - 'a' < 26u || byte == '_' || byte >= 0x80;
}

/// Bit c: the byte is of class c. Of the bytes >= 0x80, which are words, nothing is said here.
constexpr std::uint32_t classes_of(unsigned byte) {
    const char c = static_cast<char>(byte);
    const auto is_one_of = [&](std::string_view set) { return set.find(c) != std::string_view::npos; };
    const auto is_between = [&](char first, char last) { return c >= first && c <= last; };
    const bool is_digit = is_between('0', '9');
    const bool is_capital = is_between('A', 'Z');
    const std::array<bool, class_count> is = {is_digit,
                                              is_capital,
                                              is_word(byte),
                                              c == '\n',
                                              is_one_of(" \t\r\v\f"),
                                              is_one_of(".!?"),
                                              c == '.',
                                              c == '?',
                                              c == ',',
                                              is_one_of("\"'"),
                                              is_one_of("()[]"),
                                              is_one_of("+-*/=<>%^|~&"),
                                              c == '-',
                                              c == '$',
                                              c == '\\',
                                              is_one_of("{};_`#@"),
                                              is_one_of(").:"),
                                              is_one_of("Ww"),
                                              is_one_of("Hh"),
                                              is_one_of("Oo")};
    std::uint32_t classes = 0;
    for (unsigned k = 0; k < class_count; ++k) classes |= std::uint32_t{is[k]} << k;
    return byte < 0x80 ? classes : 0;
}

/// A block of 64 bytes: bit i of each mask is about byte i.
struct Masks {
    std::uint64_t of[class_groups * 8];
    /// Bytes >= 0x80.
    std::uint64_t high;
};

}  // namespace pointsman::surface
