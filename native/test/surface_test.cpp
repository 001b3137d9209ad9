// Surface counts of every instruction set against code that looks at one byte after another: all small
// lengths, starts that are not aligned, runs that go across blocks. Features against doubles.
#include "pointsman/surface.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "simd/kernels.h"

using namespace pointsman;
using test::below;

namespace {

using Counts = std::array<std::uint32_t, surface::count_room>;

/// A text that answers with a blank for what lies outside it.
class Text {
public:
    explicit Text(std::string text) : text_(std::move(text)) {}

    std::size_t size() const { return text_.size(); }
    unsigned char at(std::ptrdiff_t i) const {
        const bool is_inside = i >= 0 && i < static_cast<std::ptrdiff_t>(text_.size());
        return static_cast<unsigned char>(is_inside ? text_[static_cast<std::size_t>(i)] : ' ');
    }
    bool is_one_of(std::ptrdiff_t i, std::string_view set) const {
        return set.find(static_cast<char>(at(i))) != std::string_view::npos;
    }
    bool is_digit(std::ptrdiff_t i) const { return at(i) >= '0' && at(i) <= '9'; }
    bool is_capital(std::ptrdiff_t i) const { return at(i) >= 'A' && at(i) <= 'Z'; }
    bool is_word(std::ptrdiff_t i) const {
        return is_digit(i) || is_capital(i) || (at(i) >= 'a' && at(i) <= 'z') || at(i) == '_' ||
               at(i) >= 0x80;
    }
    bool is_blank(std::ptrdiff_t i) const { return is_one_of(i, " \t\r\v\f"); }
    const std::string& string() const { return text_; }

private:
    std::string text_;
};

void count_word(const std::string& word, Counts& counts) {
    ++counts[surface::words];
    counts[surface::word_bytes] += static_cast<std::uint32_t>(word.size());
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    counts[surface::long_words] += word.size() >= 8;
    counts[surface::one_letter_words] += word.size() == 1;
    counts[surface::capitalised_words] += is_capital(word[0]);
    counts[surface::words_in_capitals] +=
        word.size() >= 2 && std::all_of(word.begin(), word.end(), is_capital);
    std::string lower = word;
    for (auto& c : lower) c = is_capital(c) ? static_cast<char>(c + 32) : c;
    const auto starts = [&](std::string_view prefix) { return lower.starts_with(prefix); };
    counts[surface::what] += starts("what");
    counts[surface::which] += starts("whic");
    counts[surface::how] += lower == "how";
    counts[surface::why] += lower == "why";
    counts[surface::who_when_where] +=
        lower == "who" || starts("whom") || starts("whos") || starts("when") || starts("wher");
}

void count_words(const Text& text, Counts& counts) {
    std::string word;
    for (std::ptrdiff_t i = 0; i <= static_cast<std::ptrdiff_t>(text.size()); ++i) {
        if (text.is_word(i)) {
            word += static_cast<char>(text.at(i));
        } else if (!word.empty()) {
            count_word(word, counts);
            word.clear();
        }
    }
}

void count_lines(const std::string& text, Counts& counts) {
    std::size_t start = text.find('\n');
    while (start != std::string::npos) {
        const std::size_t mark = text.find_first_not_of(" \t\r\v\f", start + 1);
        if (mark != std::string::npos && text[mark] == '\n') ++counts[surface::blank_lines];
        if (mark != std::string::npos && text[mark] != '\n' && mark > start + 1)
            ++counts[surface::indented_lines];
        start = text.find('\n', start + 1);
    }
}

Counts naive_counts(const Text& text) {
    Counts counts{};
    count_words(text, counts);
    count_lines(text.string(), counts);
    std::size_t digits_before = 0;
    const auto is_letter = [&](std::ptrdiff_t at) { return text.is_word(at) && !text.is_digit(at); };
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(text.size()); ++i) {
        const bool is_digit = text.is_digit(i);
        digits_before = is_digit ? digits_before + 1 : 0;
        counts[surface::digits] += is_digit;
        counts[surface::numbers] += digits_before == 1;
        counts[surface::large_numbers] +=
            digits_before == 4 ||
            (digits_before >= 3 && text.at(i - 3) == ',' && text.is_digit(i - 4) && digits_before == 3);
        counts[surface::decimals] += is_digit && text.at(i - 1) == '.' && text.is_digit(i - 2);
        const bool is_price = text.at(i) == '$' && text.is_digit(i + 1);
        counts[surface::prices] += is_price;
        counts[surface::formula_marks] += (text.at(i) == '$' && !is_price) || text.at(i) == '\\';
        counts[surface::capitals] += text.is_capital(i);
        counts[surface::foreign_bytes] += text.at(i) >= 0x80;
        counts[surface::newlines] += text.at(i) == '\n';
        counts[surface::sentence_ends] +=
            text.is_one_of(i, ".!?") && (text.is_blank(i + 1) || text.at(i + 1) == '\n');
        counts[surface::question_marks] += text.at(i) == '?';
        counts[surface::commas] += text.at(i) == ',';
        counts[surface::quotes] += text.is_one_of(i, "\"'");
        counts[surface::brackets] += text.is_one_of(i, "()[]");
        const bool is_hyphen = text.at(i) == '-' && is_letter(i - 1) && is_letter(i + 1);
        counts[surface::operators] += text.is_one_of(i, "+-*/=<>%^|~&") && !is_hyphen;
        counts[surface::code_marks] += text.is_one_of(i, "{};_`#@");
        counts[surface::options] +=
            text.is_one_of(i, ").:") && text.is_capital(i - 1) && !text.is_word(i - 2);
    }
    return counts;
}

std::string random_text(Random& random, std::size_t n) {
    static constexpr std::array<std::string_view, 6> alphabets = {"aA Z0", "123,.$ 9", "\n \tx\r",
                                                                  "whWHatoiyenrsm ?", "a-b+_{}$\\(A). 5"};
    const std::size_t kind = below(random, alphabets.size() + 1);
    const std::string_view alphabet = kind < alphabets.size() ? alphabets[kind] : std::string_view();
    std::string text(n, ' ');
    for (auto& c : text) {
        c = alphabet.empty() ? static_cast<char>(below(random, 256))
                             : alphabet[below(random, alphabet.size())];
    }
    return text;
}

/// Text of whole pieces, so that each of them falls on a block's edge now and then.
std::string pieces(Random& random, std::size_t n) {
    static constexpr std::array<std::string_view, 16> parts = {
        "What ",     "which", " how? ",  "WHY ", "whose ", "1,234,567.89", "$5 ",    "ABCDEFGHIJ ",
        "abcdefgh ", "\n",    "\n   \n", "  ",   "A) ",    "(B). ",        "x-ray ", "\xc3\xa9t\xc3\xa9"};
    std::string text;
    while (text.size() < n) text += parts[below(random, parts.size())];
    return text.substr(0, n);
}

void check_text(const Kernels& simd, Random& random, const std::string& text) {
    const std::size_t start = below(random, 64);
    std::string bytes = std::string(start, '7') + text + std::string(64, ' ');
    const std::string before = bytes;
    Counts counts;
    counts.fill(7);
    simd.surface.count(reinterpret_cast<const std::uint8_t*>(bytes.data()) + start, text.size(),
                       counts.data());
    CHECK(bytes == before);
    CHECK(counts == naive_counts(Text(text)));
}

void test_counts(const Kernels& simd, Random& random) {
    for (std::size_t n = 0; n < 300; ++n) {
        for (std::size_t round = 0; round < 20; ++round) {
            check_text(simd, random, random_text(random, n));
            check_text(simd, random, pieces(random, n));
        }
        for (const char c : {'A', '1', ' ', '\n', '\xff'}) check_text(simd, random, std::string(n, c));
        check_text(simd, random, '\n' + std::string(n, ' ') + '\n');
    }
}

/// Features are finite, bounded and what their counts say, also where everything is one mark.
void test_features(Random& random) {
    for (std::size_t n = 0; n < 3000; n = n < 200 ? n + 1 : n + 97) {
        const std::string text = pieces(random, n);
        const std::string padded = text + std::string(64, ' ');
        std::vector<float> found(surface_count + 1, -7);
        surface_features(reinterpret_cast<const std::uint8_t*>(padded.data()), n, found.data());
        CHECK(found[surface_count] == -7);
        const Counts counts = naive_counts(Text(text));
        const auto expect = [&](std::string_view name, double value) {
            const auto names = surface_names();
            const auto at = std::find(names.begin(), names.end(), name) - names.begin();
            CHECK(at < static_cast<std::ptrdiff_t>(surface_count));
            CHECK(test::close(found[static_cast<std::size_t>(at)], value, 1e-6));
        };
        expect("length", std::log1p(static_cast<double>(n)));
        expect("numbers", std::log1p(static_cast<double>(counts[surface::numbers])));
        expect("options", std::log1p(static_cast<double>(counts[surface::options])));
        expect("commas", n == 0 ? 0 : static_cast<double>(counts[surface::commas]) / static_cast<double>(n));
        expect("long words", counts[surface::words] == 0
                                 ? 0
                                 : double(counts[surface::long_words]) / double(counts[surface::words]));
        for (std::size_t i = 0; i < surface_count; ++i) {
            CHECK(found[i] >= 0 && found[i] <= std::max(1.0, std::log1p(static_cast<double>(n)) + 1e-6));
        }
    }
}

void test_texts() {
    const std::vector<std::u16string_view> texts = {u"", u"Wie gro\u00df? \u2013 2,000 \u20ac", u"",
                                                    u"\xd800 A) b"};
    const std::vector<float> dense = surface_matrix(texts);
    CHECK(dense.size() == texts.size() * surface_count);
    for (std::size_t i = 0; i < surface_count; ++i) CHECK(dense[i] == 0 && dense[2 * surface_count + i] == 0);
    // The folded text has a blank for each dash and sign of money, and two bytes for the sharp s.
    CHECK(test::close(dense[surface_count], std::log1p(20.0), 1e-6));
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const Kernels* simd : available_kernels()) {
        std::printf("%s\n", std::string(simd->name).c_str());
        test_counts(*simd, random);
    }
    test_features(random);
    test_texts();
}
