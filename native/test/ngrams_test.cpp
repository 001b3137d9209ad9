// The n-grams of random UTF-16 against those made of code points one at a time: their number, order, text and
// hashes.
#include "pointsman/ngrams.h"

#include <map>
#include <string>
#include <vector>

#include "check.h"
#include "naive_ngrams.h"
#include "texts.h"

using namespace pointsman;

namespace {

/// One hash a term and one term a hash, over all texts.
class Dictionary {
public:
    void add(const std::string& term, std::uint64_t hash) {
        CHECK(hashes_.try_emplace(term, hash).first->second == hash);
        CHECK(terms_.try_emplace(hash, term).first->second == term);
    }

private:
    std::map<std::string, std::uint64_t> hashes_;
    std::map<std::uint64_t, std::string> terms_;
};

void test_options(Random& random, const NgramOptions& options, Dictionary& dictionary) {
    constexpr std::size_t most_units = 120;
    NgramHasher hasher(options, most_units);
    for (int round = 0; round < 200; ++round) {
        const std::u16string text = test::random_text(random, test::below(random, most_units + 1));
        const auto hashes = hasher.hash(text);
        const auto expected = test::naive_ngrams(text, options);
        CHECK(hashes.size() == expected.size());
        CHECK(hashes.size() <= hasher.most_ngrams());
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            CHECK(hasher.term(i) == expected[i]);
            CHECK(hash_term(expected[i]) == hashes[i]);
            dictionary.add(expected[i], hashes[i]);
        }
    }
}

void test_by_hand() {
    const auto terms = [](std::u16string_view text, const NgramOptions& options) {
        NgramHasher hasher(options, text.size());
        std::string joined;
        const std::size_t count = hasher.hash(text).size();
        for (std::size_t i = 0; i < count; ++i) joined.append(i > 0 ? "," : "").append(hasher.term(i));
        return joined;
    };
    CHECK(terms(u"One b TWO six", {{1, 3}}) == "one,two,six,one two,two six,one two six");
    CHECK(terms(u"One b TWO six", {{3, 3}}) == "one two six");
    CHECK(terms(u"ab", {{2, 3}, {2, 3}}) == "#<a,#ab,#b>,#<ab,#ab>");
    CHECK(terms(u"\u00C9t\u00E9", {{1, 1}, {3, 4}}) ==
          "\u00E9t\u00E9,#<\u00E9t,#\u00E9t\u00E9,#t\u00E9>,#<\u00E9t\u00E9,#\u00E9t\u00E9>");
    CHECK(terms(u"ab cd", {{2, 2}, {6, 6}}) == "ab cd");
    CHECK(terms(u"", {{1, 3}, {2, 6}}).empty());
    const TokenPattern single = TokenPattern::one_or_more;
    CHECK(terms(u"One b TWO", {{1, 2}, {0, 0}, single}) == "one,b,two,one b,b two");
    CHECK(terms(u"a \u00C9", {{1, 1}, {2, 6}, single}) ==
          "a,\u00E9,#<a,#a>,#<a>,#<\u00E9,#\u00E9>,#<\u00E9>");
}

/// What is no term has the hash 0, as have no n-grams (but one in 2^64), and is read without harm.
void test_no_terms() {
    for (const char* text : {"", " ", "ab ", " ab", "ab  cd", "#", "#<", "#>", "#<>"})
        CHECK(hash_term(text) == 0);
    // The same bytes as a word, inside a word, at its ends: four different terms.
    Dictionary dictionary;
    for (const char* text :
         {"ab", "#ab", "#<ab", "#ab>", "#<ab>", "ab ab", "a", "b", "#<a", "#a>", "#<a>", "a b"})
        dictionary.add(text, hash_term(text));
}

/// The texts that have most n-grams; a sanitizer sees whether there is room.
void test_worst_cases() {
    const TokenPattern single = TokenPattern::one_or_more;
    for (const std::size_t n : {0u, 1u, 2u, 3u, 64u, 1000u}) {
        for (const NgramOptions& options :
             {NgramOptions{{1, 3}, {2, 6}}, NgramOptions{{3, 3}, {2, 2}}, NgramOptions{{1, 1}, {6, 6}},
              NgramOptions{{1, 3}, {2, 6}, single}, NgramOptions{{1, 1}, {2, 2}, single}}) {
            NgramHasher hasher(options, n);
            for (const char16_t unit : {u'a', u'\u0130', u'\u023A', u'\u65E5', u'\u03A3', u'\xD800'}) {
                for (const std::size_t length : {2u, 3u, 4u, 1001u}) {
                    std::u16string text(n, unit);
                    for (std::size_t i = length - 1; i < n; i += length) text[i] = u' ';
                    CHECK(hasher.hash(text).size() == test::naive_ngrams(text, options).size());
                    CHECK(hasher.hash(text).size() <= hasher.most_ngrams());
                }
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    Dictionary dictionary;
    for (std::uint32_t shortest = 1; shortest <= max_ngram; ++shortest) {
        for (std::uint32_t longest = shortest; longest <= max_ngram; ++longest) {
            test_options(random, {{shortest, longest}}, dictionary);
            const auto least = 2 + static_cast<std::uint32_t>(test::below(random, 5));
            for (const TokenPattern pattern : {TokenPattern::two_or_more, TokenPattern::one_or_more}) {
                test_options(random, {{shortest, longest}, {least, max_char_ngram}, pattern}, dictionary);
                test_options(random, {{shortest, longest}, {2, least}, pattern}, dictionary);
            }
        }
    }
    test_by_hand();
    test_no_terms();
    test_worst_cases();
}
