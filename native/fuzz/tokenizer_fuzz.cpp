// Any UTF-16: the words, the n-grams and the look-up in a vocabulary agree with plain code, with scratch
// memory of just the text's size. The first two bytes are the n-grams' ranges and token pattern. The script
// runs this on every instruction set; what agrees with the plain code on each is the same on all.
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "naive_words.h"
#include "pointsman/ngrams.h"
#include "pointsman/terms.h"

using namespace pointsman;

namespace {

/// Words and single spaces, the shortest ones first.
void append_word_ngrams(const std::vector<std::string>& words, NgramRange range,
                        std::vector<std::string>& terms) {
    for (std::size_t n = range.shortest; n <= range.longest; ++n) {
        for (std::size_t i = 0; i + n <= words.size(); ++i) {
            std::string term = words[i];
            for (std::size_t k = 1; k < n; ++k) term.append(1, ' ').append(words[i + k]);
            terms.push_back(term);
        }
    }
}

/// The code points of a word between its marks.
std::vector<std::string> marked_points(const std::string& word) {
    std::vector<std::string> points{"<"};
    for (const char byte : word) {
        if ((byte & 0xC0) != 0x80) points.emplace_back();
        points.back() += byte;
    }
    points.emplace_back(">");
    return points;
}

void append_char_ngrams(const std::string& word, NgramRange range, std::vector<std::string>& terms) {
    const auto points = marked_points(word);
    for (std::size_t n = range.shortest; n <= range.longest; ++n) {
        for (std::size_t i = 0; i + n <= points.size(); ++i) {
            std::string term = "#";
            for (std::size_t k = i; k < i + n; ++k) term += points[k];
            terms.push_back(term);
        }
    }
}

/// Every second distinct term is known and must come back at its place.
void check_lookup(const std::vector<std::string>& terms, std::span<const std::uint64_t> hashes) {
    std::map<std::string, std::size_t> known;
    std::vector<std::uint64_t> known_hashes;
    bool is_known = true;
    for (const auto& term : std::set(terms.begin(), terms.end())) {
        if (is_known) {
            known.emplace(term, known_hashes.size());
            known_hashes.push_back(hash_term(term));
        }
        is_known = !is_known;
    }
    const BuiltTermTable table = build_term_table(known_hashes);
    const TermIndex index(table.view());
    std::vector<std::uint32_t> rows(hashes.size());
    index.find(hashes, rows.data());
    for (std::size_t i = 0; i < terms.size(); ++i) {
        CHECK(rows[i] < index.rows());
        if (const auto found = known.find(terms[i]); found != known.end()) {
            CHECK(rows[i] == 1 + table.place_of_term[found->second]);
        } else {
            // Unknown, but for the one in 2^32 that has the tag of its place.
            CHECK(rows[i] == 0 || table.tags[rows[i] - 1] == static_cast<std::uint32_t>(hashes[i]));
        }
    }
}

NgramRange range_of(std::uint8_t byte, std::uint32_t least, std::uint32_t most) {
    const std::uint32_t choices = most - least + 1;
    const std::uint32_t shortest = least + byte % choices;
    return {shortest, shortest + byte / choices % (most - shortest + 1)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const NgramOptions options{
        .words = range_of(data[0], 1, max_ngram),
        .chars = data[1] % 2 == 0 ? NgramRange{0, 0} : range_of(data[1] / 2, 2, max_char_ngram),
        .token_pattern = data[0] < 128 ? TokenPattern::two_or_more : TokenPattern::one_or_more};
    // On the heap, at its exact size: a sanitizer sees what is read past the end.
    std::vector<char16_t> units((size - 2) / 2);
    if (!units.empty()) std::memcpy(units.data(), data + 2, 2 * units.size());
    const std::u16string_view text(units.data(), units.size());

    const auto words = test::naive_words(text, options.token_pattern);
    std::vector<std::string> terms;
    append_word_ngrams(words, options.words, terms);
    if (options.has_chars()) {
        for (const auto& word : words) append_char_ngrams(word, options.chars, terms);
    }
    NgramHasher hasher(options, text.size());
    const auto hashes = hasher.hash(text);
    CHECK(hashes.size() == terms.size());
    CHECK(hashes.size() <= hasher.most_ngrams());
    for (std::size_t i = 0; i < terms.size(); ++i) {
        CHECK(hasher.term(i) == terms[i]);
        CHECK(hashes[i] == hash_term(terms[i]));
    }
    check_lookup(terms, hashes);
    return 0;
}
