// Word vector files, good and hostile, and their means against doubles.
#include "pointsman/word_vectors.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"

using namespace pointsman;
using test::below;

namespace {

WordVectors read(const std::string& file, std::size_t max_words = 1000) {
    std::istringstream in(file);
    return read_word_vectors(in, max_words, {});
}

std::vector<std::string> terms(const WordVectors& words) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < words.terms().size(); ++i) {
        list.emplace_back(words.bytes.begin() + words.offsets[i], words.bytes.begin() + words.offsets[i + 1]);
    }
    return list;
}

/// The reason that a file is refused for; none if it is not.
std::string refusal(const std::string& file, std::size_t max_words = 1000) {
    try {
        read(file, max_words);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

void test_formats() {
    const std::vector<std::string> expected = {"the", "red"};
    const std::vector<float> vectors = {0.5f, -1, 2, 1e-3f, 0, 3};
    for (const std::string file : {"the 0.5 -1 2\nred 1e-3 0 3\n", "2 3\nthe 0.5 -1 2 \nred 1e-3 0 3 ",
                                   "the\t0.5\t-1\t2\r\nred 1e-3  0 3\r\n"}) {
        const WordVectors found = read(file);
        CHECK(found.dimensions == 3);
        CHECK(terms(found) == expected);
        CHECK(found.vectors == vectors);
        CHECK(found.repeated == 0 && found.skipped == 0);
    }
}

void test_words() {
    // Only the first of words that are equal in lower case; none that the tokenizer would cut or drop.
    const WordVectors found = read(
        "The 1\nthe 2\n, 3\na 4\ndon't 5\nnew_york 6\n. . 7\n\xC3\x9C"
        "ber 8\n!no 9\nTHE 1\n");
    CHECK((terms(found) == std::vector<std::string>{"the", "new_york",
                                                    "\xC3\xBC"
                                                    "ber"}));
    CHECK((found.vectors == std::vector<float>{1, 6, 8}));
    CHECK(found.repeated == 2);
    CHECK(found.skipped == 5);
    CHECK(read("aa 1\n" + std::string(257, 'x') + " 2\n").skipped == 1);
    // What comes after the last word that is kept is not looked at.
    CHECK(read("aa 1\nbb 2\ncc broken\n", 2).vectors.size() == 2);
    CHECK(read("9 1\naa 1\nbb 2\n", 2).vectors.size() == 2);
}

void test_refusals() {
    const auto refused = [](const std::string& file, std::string_view reason) {
        if (refusal(file).starts_with(reason) && !reason.empty()) return true;
        std::fprintf(stderr, "received: %s\n", refusal(file).c_str());
        return false;
    };
    CHECK(refused("", "there is no word"));
    CHECK(refused("\n", "line 1 gives 0 dimensions; expected 1 to 4096"));
    CHECK(refused("word\n", "line 1 gives 0 dimensions"));
    CHECK(refused("5 0\n", "line 1 gives 0 dimensions"));
    CHECK(refused("5 4097\n", "line 1 gives 4097 dimensions"));
    CHECK(refused("18446744073709551615 2\naa 1 2\n",
                  "line 3 should be there: the header says 18446744073709551615"));
    CHECK(refused(", 1\n. 2\n", "there is no word"));
    CHECK(refused("aa 1 2\nbb 1\n", "line 2 holds 1 numbers; expected 2"));
    CHECK(refused("aa 1 2\n\nbb 1 2\n", "line 2 holds 0 numbers; expected 2"));
    CHECK(refused("aa 1 2\nbb 1 2 3\n", "line 2 holds 3 numbers; expected 2"));
    CHECK(refused("2 3\naa 1 2\n", "line 2 holds 2 numbers; expected 3"));
    for (const std::string bad :
         {"nan", "inf", "-inf", "1e7", "1e999", "0x10", "1,5", "1.5.2", "--1", "\xFF"}) {
        CHECK(refused("aa 1 2\nbb " + bad + " 2\n", "line 2 holds \"" + bad + "\"; expected a number"));
    }
    for (const std::string bad : {"\xFF", "\xC3", "a\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                  "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\x80"}) {
        CHECK(refused("aa 1\n" + bad + " 2\n", "line 2 is not valid UTF-8"));
    }
    CHECK(refused("aa 1\n" + std::string(WordVectors::max_line + 1, 'x'),
                  "line 2 is longer than 131072 bytes"));
    CHECK(refusal("aa 1\n" + std::string(WordVectors::max_line - 2, 'x') + " 1").empty());
}

/// Lines of all lengths cross the edges of the reader's buffer.
void test_buffer(Random& random) {
    std::string file;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 3000; ++i) {
        expected.push_back("w" + std::to_string(i) + std::string(below(random, 200), 'x'));
        file += expected.back() + " " + std::to_string(i) + (below(random, 2) == 1 ? "\r\n" : "\n");
    }
    const WordVectors found = read(file, 5000);
    CHECK(terms(found) == expected);
    for (std::size_t i = 0; i < 3000; ++i) CHECK(found.vectors[i] == static_cast<float>(i));
}

/// Good files with bytes changed, left out and put in are read or refused; sanitizers see to the rest.
void test_damage(Random& random) {
    const std::string good = "4 2\nThe 0.1 2\n\xC3\xA9t\xC3\xA9 -3 4e-2\n. . 1 2\nred 5 6\n";
    static constexpr std::string_view bytes = "0 9.\n\t\r-e\xFFZ";
    std::size_t refused = 0;
    for (std::size_t round = 0; round < 3000; ++round) {
        std::string file = good;
        for (std::size_t edits = below(random, 4) + 1; edits > 0 && !file.empty(); --edits) {
            const std::size_t at = below(random, file.size());
            const std::size_t kind = below(random, 3);
            if (kind == 0) file.erase(at, below(random, 5) + 1);
            if (kind == 1) file[at] = bytes[below(random, bytes.size())];
            if (kind == 2) file.insert(at, 1, bytes[below(random, bytes.size())]);
        }
        if (!refusal(file).empty()) {
            ++refused;
            continue;
        }
        const WordVectors found = read(file);
        CHECK(found.vectors.size() == found.terms().size() * found.dimensions);
    }
    CHECK(refused > 300 && refused < 3000);
}

void test_stop() {
    std::istringstream in("aa 1\nbb 2\n");
    bool is_stopped = false;
    try {
        read_word_vectors(in, 10, [](std::uint32_t, std::uint32_t) { return false; });
    } catch (const Stopped&) {
        is_stopped = true;
    }
    CHECK(is_stopped);
}

void test_pooling() {
    const WordVectors words = read(
        "red 1 2\nblue 3 -4\n\xC3\xBC"
        "ber 0.5 0\n");
    const std::vector<std::u16string_view> texts = {u"", u"unknown", u"Red, blue; red unknown",
                                                    u"\u00dcBER r e d"};
    const std::vector<float> pooled = pool_word_vectors(texts, words.terms(), words.vectors, 2);
    const std::vector<float> expected = {0, 0, 0, 0, 5.f / 3, 0, 0.5f, 0};
    CHECK(pooled.size() == expected.size());
    for (std::size_t i = 0; i < pooled.size(); ++i) CHECK(test::close(pooled[i], expected[i], 1e-6));
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_formats();
    test_words();
    test_refusals();
    test_buffer(random);
    test_damage(random);
    test_stop();
    test_pooling();
}
