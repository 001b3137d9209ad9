// What a byte is, for the surface features: one bit a class.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pointsman::surface {

enum Class : unsigned {
    digit,
    capital,
    ascii_word,
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
    letter_a,
    letter_t,
    letter_i,
    letter_c,
    letter_o,
    letter_y,
    letter_e,
    letter_m_or_s,
    letter_n_or_r,
    class_count
};
/// Classes are kept in groups of eight, a byte each.
inline constexpr unsigned class_groups = (class_count + 7) / 8;

/// Bit c: the byte is of class c. Of the bytes >= 0x80, which are words, nothing is said here.
constexpr std::uint32_t classes_of(unsigned byte) {
    const char c = static_cast<char>(byte);
    const auto is_one_of = [&](std::string_view set) { return set.find(c) != std::string_view::npos; };
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_capital = c >= 'A' && c <= 'Z';
    const bool is_small = c >= 'a' && c <= 'z';
    const std::array<bool, class_count> is = {is_digit,
                                              is_capital,
                                              is_digit || is_capital || is_small || c == '_',
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
                                              is_one_of("Aa"),
                                              is_one_of("Tt"),
                                              is_one_of("Ii"),
                                              is_one_of("Cc"),
                                              is_one_of("Oo"),
                                              is_one_of("Yy"),
                                              is_one_of("Ee"),
                                              is_one_of("MmSs"),
                                              is_one_of("NnRr")};
    std::uint32_t classes = 0;
    for (unsigned k = 0; k < class_count; ++k) classes |= std::uint32_t{is[k]} << k;
    return byte < 0x80 ? classes : 0;
}

inline constexpr auto class_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) table[byte] = classes_of(byte);
    return table;
}();

}  // namespace pointsman::surface
