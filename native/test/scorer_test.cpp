// Vocabulary, tf-idf and the fused scorer against each other and against counting by hand.
#include "pointsman/scorer.h"

#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "check.h"
#include "pointsman/vocabulary.h"

using namespace pointsman;

namespace {

std::u16string random_text(Random& random, std::size_t words) {
    std::u16string text;
    for (std::size_t i = 0; i < words; ++i) {
        for (std::size_t letters = 2 + test::below(random, 2); letters > 0; --letters) {
            text += u"ab\u00E9\u65E5"[test::below(random, 4)];
        }
        text += u' ';
    }
    return text;
}

/// Document frequencies of all n-grams, by their UTF-8 text.
std::map<std::string, std::uint32_t> naive_frequencies(const std::vector<std::u16string_view>& texts,
                                                       NgramRange range) {
    std::map<std::string, std::uint32_t> frequencies;
    for (const auto text : texts) {
        WordCutter cutter(text.size());
        const auto words = cutter.cut(text);
        std::set<std::string> seen;
        for (std::size_t n = range.shortest; n <= range.longest; ++n) {
            for (std::size_t i = 0; i + n <= words.size(); ++i) {
                std::string term(cutter.view(words[i]));
                for (std::size_t k = 1; k < n; ++k) term.append(1, ' ').append(cutter.view(words[i + k]));
                seen.insert(term);
            }
        }
        for (const auto& term : seen) ++frequencies[term];
    }
    return frequencies;
}

void test_range(Random& random, NgramRange range, bool sublinear) {
    std::vector<std::u16string> owned;
    for (std::size_t i = 0; i < 60; ++i) owned.push_back(random_text(random, test::below(random, 40)));
    const std::vector<std::u16string_view> texts(owned.begin(), owned.end());
    const Vocabulary vocabulary = fit_vocabulary(texts, {range, 1, 1, SIZE_MAX});
    const auto expected = naive_frequencies(texts, range);
    CHECK(vocabulary.document_frequency.size() == expected.size());
    std::size_t i = 0;
    for (const auto& [term, documents] : expected) {
        const std::string found(vocabulary.bytes.begin() + vocabulary.offsets[i],
                                vocabulary.bytes.begin() + vocabulary.offsets[i + 1]);
        CHECK(found == term);
        CHECK(vocabulary.document_frequency[i++] == documents);
    }

    constexpr std::size_t heads = 17;
    std::vector<float> idf(expected.size()), weights(expected.size() * heads), bias(heads);
    for (auto& x : idf) x = 1 + std::abs(test::symmetric(random, 5));
    for (auto& x : weights) x = test::symmetric(random, 3);
    for (auto& x : bias) x = test::symmetric(random, 1);
    const TfidfOptions features{{vocabulary.bytes, vocabulary.offsets}, idf, range, sublinear};
    const Csr X = tfidf(texts, features);
    Scorer scorer({features, weights, bias, {}, heads, 200});
    std::array<float, heads> output{};
    for (std::size_t row = 0; row < texts.size(); ++row) {
        const std::size_t known = scorer.score(texts[row], output.data());
        CHECK(known >= X.view().row_size(row));
        for (std::size_t j = 0; j < heads; ++j) {
            double z = bias[j];
            for (std::size_t k = X.indptr[row]; k < X.indptr[row + 1]; ++k) {
                z += double{X.values[k]} * weights[X.indices[k] * heads + j];
            }
            CHECK(test::close(output[j], 1 / (1 + std::exp(-z)), 2.5e-5));
        }
    }
}

void test_duplicates() {
    const std::vector<std::uint8_t> bytes{'a', 'b', 'a', 'b'};
    const std::vector<std::uint32_t> offsets{0, 2, 4};
    try {
        TermTable({bytes, offsets});
    } catch (const std::invalid_argument&) {
        return;
    }
    CHECK(!"two equal terms were accepted");
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (std::uint32_t shortest = 1; shortest <= max_ngram; ++shortest) {
        for (std::uint32_t longest = shortest; longest <= max_ngram; ++longest) {
            test_range(random, {shortest, longest}, false);
            test_range(random, {shortest, longest}, true);
        }
    }
    test_duplicates();
}
