// Words of random UTF-16 against a cutter that looks at one code point at a time.
#include "pointsman/words.h"

#include <string>
#include <vector>

#include "check.h"
#include "core/unicode_table.h"

using namespace pointsman;

namespace {

void append(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    } else if (c < 0x10000) {
        out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                static_cast<char>(0x80 | (c & 63))};
    } else {
        out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
                static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }
}

/// Without final sigma: the texts below have no U+03A3, which test/native checks against Python.
std::vector<std::string> naive_words(std::u16string_view text) {
    std::vector<std::string> words;
    std::string word;
    std::size_t points = 0;
    const auto end = [&] {
        if (points >= 2) words.push_back(word);
        word.clear();
        points = 0;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t c = text[i];
        if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 &&
            text[i + 1] < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
        }
        const auto& record = unicode::lookup(c);
        if (record.flags & unicode::word) {
            append(word, c + static_cast<char32_t>(record.lower_distance));
            ++points;
        } else {
            end();
        }
        if (c == 0x0130) end();
    }
    end();
    return words;
}

char16_t random_unit(Random& random) {
    switch (test::below(random, 8)) {
        case 0:
            return static_cast<char16_t>(test::below(random, 0x10000));
        case 1:
            return static_cast<char16_t>(0xD800 + test::below(random, 0x800));
        case 2:
            return static_cast<char16_t>(0xC0 + test::below(random, 0x200));
        case 3:
            return u' ';
        default:
            return static_cast<char16_t>(test::below(random, 0x80));
    }
}

void test_lengths(Random& random) {
    WordCutter cutter(300);
    for (std::size_t round = 0; round < 20000; ++round) {
        std::u16string text(test::below(random, 300), u' ');
        const bool is_ascii = test::below(random, 2) == 1;
        for (auto& unit : text) {
            unit = is_ascii ? static_cast<char16_t>(test::below(random, 0x80)) : random_unit(random);
            if (unit == 0x03A3) unit = u'x';
        }
        const auto found = cutter.cut(text);
        const auto expected = naive_words(text);
        CHECK(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(cutter.view(found[i]) == expected[i]);
    }
}

/// The texts that need most scratch memory a unit; a sanitizer sees whether it is enough.
void test_worst_cases() {
    for (const std::size_t n : {0u, 1u, 2u, 63u, 64u, 65u, 1000u}) {
        for (const char16_t unit :
             {u'a', u' ', u'\u0130', u'\u023A', u'\u65E5', u'\u03A3', u'\u0301', u'\xD800', u'\xFFFF'}) {
            WordCutter(n).cut(std::u16string(n, unit));
            std::u16string spaced(n, u' ');
            for (std::size_t i = 0; i < n; i += 2) spaced[i] = unit;
            WordCutter(n).cut(spaced);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_lengths(random);
    test_worst_cases();
}
