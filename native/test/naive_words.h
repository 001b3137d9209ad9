// The words of a text, one code point at a time: what WordCutter must agree with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/unicode_table.h"
#include "core/utf8.h"
#include "pointsman/words.h"

namespace pointsman::test {

inline std::u32string code_points(std::u16string_view text) {
    std::u32string points;
    for (const char16_t unit : text) {
        const bool is_low = unit >= 0xDC00 && unit < 0xE000;
        if (is_low && !points.empty() && points.back() >= 0xD800 && points.back() < 0xDC00) {
            points.back() = 0x10000 + ((points.back() - 0xD800) << 10) + (unit - 0xDC00u);
        } else {
            points += unit;
        }
    }
    return points;
}

/// Whether the first code point that is not case-ignorable, from i on by steps of -1 or 1, is cased.
inline bool meets_cased(const std::u32string& points, std::size_t i, std::size_t step) {
    for (; i < points.size(); i += step) {
        const auto flags = unicode::lookup(points[i]).flags;
        if (!(flags & unicode::ignorable)) return flags & unicode::cased;
    }
    return false;
}

inline char32_t lower(const std::u32string& points, std::size_t i) {
    if (points[i] == 0x03A3) {
        // Past the start i - 1 wraps around, which ends the search.
        return meets_cased(points, i - 1, SIZE_MAX) && !meets_cased(points, i + 1, 1) ? 0x03C2 : 0x03C3;
    }
    return points[i] + static_cast<char32_t>(unicode::lookup(points[i]).lower_distance);
}

inline std::vector<std::string> naive_words(std::u16string_view text, TokenPattern pattern) {
    const std::size_t shortest = pattern == TokenPattern::two_or_more ? 2 : 1;
    const std::u32string points = code_points(text);
    std::vector<std::string> words;
    std::string word;
    std::size_t length = 0;
    const auto end = [&] {
        if (length >= shortest) words.push_back(word);
        word.clear();
        length = 0;
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!(unicode::lookup(points[i]).flags & unicode::word)) {
            end();
            continue;
        }
        std::uint8_t bytes[4];
        word.append(bytes, put_utf8(lower(points, i), bytes));
        ++length;
        // U+0130 lowers to "i" and U+0307, and that mark is no word character.
        if (points[i] == 0x0130) end();
    }
    end();
    return words;
}

}  // namespace pointsman::test
