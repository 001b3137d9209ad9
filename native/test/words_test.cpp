// Words of random UTF-16 against a cutter that looks at one code point at a time.
#include "pointsman/words.h"

#include <string>
#include <vector>

#include "check.h"
#include "naive_words.h"

using namespace pointsman;

namespace {

char16_t random_unit(Random& random) {
    switch (test::below(random, 8)) {
        case 0:
            return static_cast<char16_t>(test::below(random, 0x10000));
        case 1:
            return static_cast<char16_t>(0xD800 + test::below(random, 0x800));
        case 2:
            return static_cast<char16_t>(0xC0 + test::below(random, 0x200));
        case 3:
            // Final and other sigmas, next to what decides which.
            return u"\u03A3\u03A3 .\u0345a\u00AD"[test::below(random, 7)];
        default:
            return static_cast<char16_t>(test::below(random, 0x80));
    }
}

constexpr TokenPattern patterns[] = {TokenPattern::two_or_more, TokenPattern::one_or_more};

void test_names() {
    CHECK(find_token_pattern("\\w\\w+") == TokenPattern::two_or_more);
    CHECK(find_token_pattern("\\w+") == TokenPattern::one_or_more);
    for (const char* name : {"", "w+", "\\w", "\\w\\w", "\\w+ ", "(?u)\\b\\w+\\b"})
        CHECK(!find_token_pattern(name));
}

void test_lengths(Random& random, TokenPattern pattern) {
    WordCutter cutter(300, pattern);
    std::vector<std::uint64_t> hashes(cutter.most_words() + 1);
    for (std::size_t round = 0; round < 20000; ++round) {
        std::u16string text(test::below(random, 300), u' ');
        const bool is_ascii = test::below(random, 2) == 1;
        for (auto& unit : text) {
            unit = is_ascii ? static_cast<char16_t>(test::below(random, 0x80)) : random_unit(random);
        }
        const auto found = cutter.cut(text, hashes.data());
        const auto expected = test::naive_words(text, pattern);
        CHECK(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(cutter.view(found[i]) == expected[i]);
    }
}

/// The texts that need most scratch memory a unit; a sanitizer sees whether it is enough.
void test_worst_cases(TokenPattern pattern) {
    for (const std::size_t n : {0u, 1u, 2u, 63u, 64u, 65u, 1000u}) {
        WordCutter cutter(n, pattern);
        std::vector<std::uint64_t> hashes(cutter.most_words() + 1);
        const auto cut = [&](std::u16string_view text) {
            // A cutter of its own: what is read or written past the scratch memory is seen.
            const auto words = WordCutter(n, pattern).cut(text, hashes.data()).size();
            CHECK(words == test::naive_words(text, pattern).size());
            CHECK(words <= cutter.most_words());
        };
        for (const char16_t unit :
             {u'a', u' ', u'\u0130', u'\u023A', u'\u65E5', u'\u03A3', u'\u0301', u'\xD800', u'\xFFFF'}) {
            cut(std::u16string(n, unit));
            std::u16string spaced(n, u' ');
            for (std::size_t i = 0; i < n; i += 2) spaced[i] = unit;
            cut(spaced);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_names();
    for (const TokenPattern pattern : patterns) {
        test_lengths(random, pattern);
        test_worst_cases(pattern);
    }
}
