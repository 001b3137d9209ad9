// Any UTF-16: the words, the n-grams and the look-up in a vocabulary agree with plain code, with scratch
// memory of just the text's size. The first byte is the range of the n-grams. The script runs this on every
// instruction set; what agrees with the plain code on each is the same on all.
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "naive_words.h"
#include "pointsman/ngrams.h"

using namespace pointsman;

namespace {

std::vector<std::string> naive_ngrams(const std::vector<std::string>& words, NgramRange range) {
    std::vector<std::string> terms;
    for (std::size_t n = range.shortest; n <= range.longest; ++n) {
        for (std::size_t i = 0; i + n <= words.size(); ++i) {
            std::string term = words[i];
            for (std::size_t k = 1; k < n; ++k) term.append(1, ' ').append(words[i + k]);
            terms.push_back(term);
        }
    }
    return terms;
}

/// Every second distinct term is known; each row must come back, in the order of the text.
void check_lookup(const std::vector<std::string>& terms, std::span<const std::uint64_t> hashes) {
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> offsets{0};
    std::vector<std::string> known;
    bool is_known = true;
    for (const auto& term : std::set(terms.begin(), terms.end())) {
        if (is_known) {
            known.push_back(term);
            bytes.insert(bytes.end(), term.begin(), term.end());
            offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
        }
        is_known = !is_known;
    }
    std::vector<std::uint32_t> expected;
    for (const auto& term : terms) {
        const auto place = std::lower_bound(known.begin(), known.end(), term);
        if (place != known.end() && *place == term)
            expected.push_back(static_cast<std::uint32_t>(place - known.begin()));
    }
    const TermTable table({bytes, offsets});
    CHECK(table.size() == known.size());
    std::vector<std::uint32_t> rows(hashes.size() + 1);
    rows.resize(table.find(hashes, rows.data()));
    CHECK(rows == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint32_t shortest = 1 + data[0] % max_ngram;
    const NgramRange range{shortest, shortest + data[0] / max_ngram % (max_ngram - shortest + 1)};
    // On the heap, at its exact size: a sanitizer sees what is read past the end.
    std::vector<char16_t> units((size - 1) / 2);
    if (!units.empty()) std::memcpy(units.data(), data + 1, 2 * units.size());
    const std::u16string_view text(units.data(), units.size());

    NgramHasher hasher(range, text.size());
    const auto hashes = hasher.hash(text);
    const auto words = test::naive_words(text);
    CHECK(hasher.words().size() == words.size());
    for (std::size_t i = 0; i < words.size(); ++i) CHECK(hasher.cutter().view(hasher.words()[i]) == words[i]);
    const auto terms = naive_ngrams(words, range);
    CHECK(hashes.size() == terms.size());
    for (std::size_t i = 0; i < terms.size(); ++i) CHECK(hashes[i] == hash_term(terms[i]));
    check_lookup(terms, hashes);
    return 0;
}
