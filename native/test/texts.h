// Random texts of few letters, so that words and n-grams repeat.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"

namespace pointsman::test {

/// Up to `most_units` units of letters of one to four bytes, capitals, sigmas, gaps, lone surrogates.
inline std::u16string random_text(Random& random, std::size_t most_units) {
    static constexpr std::array<std::u16string_view, 14> pieces{
        u"a",      u"b",          u"B",      u"\u00E9", u"\u00C9", u"\u65E5", u"\u03A3",
        u"\u0130", u"\U00010400", u"\xD800", u" ",      u" ",      u" ",      u"."};
    std::u16string text;
    while (true) {
        const auto piece = pieces[below(random, pieces.size())];
        if (text.size() + piece.size() > most_units) return text;
        text += piece;
    }
}

/// Texts, and the views that the core takes.
class Texts {
public:
    Texts(Random& random, std::size_t count, std::size_t most_units) : owned_(count) {
        for (auto& text : owned_) text = random_text(random, below(random, most_units + 1));
        views_.assign(owned_.begin(), owned_.end());
    }
    Texts(const Texts&) = delete;
    Texts& operator=(const Texts&) = delete;

    const std::vector<std::u16string_view>& views() const { return views_; }

private:
    std::vector<std::u16string> owned_;
    std::vector<std::u16string_view> views_;
};

}  // namespace pointsman::test
