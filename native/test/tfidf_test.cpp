// Vocabularies, document frequencies and tf-idf rows against counting by the book, and what long work owes
// its caller: the same bytes from any number of threads, progress that does not decrease, an end when asked.
#include "pointsman/tfidf.h"

#include <algorithm>
#include <string>
#include <vector>

#include "naive_tfidf.h"
#include "texts.h"

using namespace pointsman;
using test::Columns;

namespace {

std::vector<std::string> terms_of(const Vocabulary& vocabulary) {
    std::vector<std::string> terms;
    for (std::size_t i = 0; i + 1 < vocabulary.offsets.size(); ++i) {
        terms.emplace_back(vocabulary.bytes.begin() + vocabulary.offsets[i],
                           vocabulary.bytes.begin() + vocabulary.offsets[i + 1]);
    }
    return terms;
}

void test_vocabulary(Random& random, const NgramOptions& ngrams) {
    const test::Texts texts(random, 40, 80);
    for (const VocabularyOptions& options :
         {VocabularyOptions{ngrams, 1, 1, SIZE_MAX}, VocabularyOptions{ngrams, 3, 0.3, SIZE_MAX}}) {
        const Vocabulary found = fit_vocabulary(texts.views(), options, {});
        std::vector<std::string> terms;
        std::vector<std::uint32_t> frequencies;
        for (const auto& [term, documents] : test::naive_frequencies(texts.views(), ngrams)) {
            if (documents < options.min_df || documents > options.max_df * 40) continue;
            terms.push_back(term);
            frequencies.push_back(documents);
        }
        CHECK(terms_of(found) == terms);
        CHECK(found.document_frequency == frequencies);
    }
}

void test_document_frequency(Random& random, const NgramOptions& ngrams) {
    const test::Texts texts(random, 40, 80);
    const auto frequencies = test::naive_frequencies(texts.views(), ngrams);
    const Columns vocabulary(frequencies);
    const auto found = document_frequency(texts.views(), vocabulary.core(), ngrams, {});
    CHECK(std::ranges::equal(found, frequencies, {}, {}, [](const auto& entry) { return entry.second; }));
    for (const unsigned bits : {TermIndex::least_hash_bits, 9u}) {
        const Columns buckets(bits);
        CHECK(buckets.count() == std::size_t{1} << bits);
        std::vector<std::uint32_t> expected(buckets.count());
        for (const auto text : texts.views()) {
            for (const auto& [column, count] : test::naive_counts(text, ngrams, buckets)) ++expected[column];
        }
        CHECK(document_frequency(texts.views(), buckets.core(), ngrams, {}) == expected);
    }
}

void check_rows(const Csr& X, const std::vector<std::u16string_view>& texts, const TermOptions& options,
                const Columns& columns, const std::vector<float>& idf) {
    CHECK(X.rows == texts.size());
    CHECK(X.columns == columns.count());
    CHECK(X.indptr.size() == texts.size() + 1);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto row = test::naive_row(texts[i], options, columns, idf);
        CHECK(X.view().row_size(i) == row.size());
        std::size_t k = X.indptr[i];
        for (const auto& [column, value] : row) {
            CHECK(X.indices[k] == column);
            // A logarithm in floats goes into a sublinear count.
            CHECK(test::close(X.values[k++], value, 1e-6));
        }
    }
}

void test_rows(Random& random, const TermOptions& options) {
    const test::Texts texts(random, 30, 100);
    const Columns vocabulary(test::naive_frequencies(std::span(texts.views()).first(20), options.ngrams));
    const Columns buckets(6), many_buckets(14);
    for (const Columns* columns : {&vocabulary, &buckets, &many_buckets}) {
        const auto idf = test::random_idf(random, columns->count());
        Threads alone(1);
        const Csr X = tfidf(texts.views(), columns->core(), options, idf, alone, {});
        check_rows(X, texts.views(), options, *columns, idf);
        for (const std::size_t count : {2u, 3u, 40u}) {
            Threads threads(count);
            const Csr again = tfidf(texts.views(), columns->core(), options, idf, threads, {});
            CHECK(again.rows == X.rows && again.columns == X.columns);
            CHECK(again.indptr == X.indptr && again.indices == X.indices && again.values == X.values);
        }
    }
}

void test_nothing() {
    Threads threads(2);
    const TermOptions options{{{1, 2}}, false, Norm::l2};
    const Columns none(std::map<std::string, std::uint32_t>{});
    const std::vector<std::u16string_view> texts{u"some text", u""};
    const Csr empty = tfidf(texts, none.core(), options, {}, threads, {});
    CHECK(empty.rows == 2 && empty.columns == 0);
    CHECK(empty.indptr == std::vector<std::uint32_t>(3));
    CHECK(document_frequency(texts, none.core(), options.ngrams, {}).empty());
    const Csr no_rows = tfidf({}, Columns(4).core(), options, std::vector<float>(16, 1), threads, {});
    CHECK(no_rows.rows == 0 && no_rows.columns == 16 && no_rows.indptr.size() == 1);
    CHECK(fit_vocabulary({}, {options.ngrams, 1, 1, 9}, {}).offsets.size() == 1);
}

/// `work` takes a Progress, for 3000 texts.
template <typename Work>
void check_progress(Work work) {
    std::vector<std::uint32_t> seen;
    work([&](std::uint32_t done, std::uint32_t total) {
        CHECK(total == 3000 && done <= total);
        CHECK(seen.empty() || done >= seen.back());
        seen.push_back(done);
        return true;
    });
    CHECK(seen.size() > 3);
    std::size_t calls = 0;
    try {
        work([&](std::uint32_t, std::uint32_t) { return ++calls < 3; });
        CHECK(!"the work went on");
    } catch (const Stopped&) {
    }
    // Other threads may have been about to ask.
    CHECK(calls >= 3 && calls < 7);
}

void test_progress(Random& random) {
    const test::Texts texts(random, 3000, 20);
    const TermOptions options{{{1, 2}}, false, Norm::l2};
    const Columns columns(8);
    const std::vector<float> idf(columns.count(), 1);
    check_progress([&](const Progress& progress) {
        fit_vocabulary(texts.views(), {options.ngrams, 1, 1, SIZE_MAX}, progress);
    });
    check_progress([&](const Progress& progress) {
        document_frequency(texts.views(), columns.core(), options.ngrams, progress);
    });
    for (const std::size_t count : {1u, 3u}) {
        Threads threads(count);
        check_progress([&](const Progress& progress) {
            tfidf(texts.views(), columns.core(), options, idf, threads, progress);
        });
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const NgramOptions& ngrams :
         {NgramOptions{{1, 1}}, NgramOptions{{1, 3}}, NgramOptions{{2, 3}, {2, 4}},
          NgramOptions{{1, 2}, {3, 6}}, NgramOptions{{1, 2}, {2, 3}, TokenPattern::one_or_more}}) {
        test_vocabulary(random, ngrams);
        test_document_frequency(random, ngrams);
        test_rows(random, {ngrams, false, Norm::l2});
        test_rows(random, {ngrams, true, Norm::l2});
        test_rows(random, {ngrams, false, Norm::occurrence});
    }
    test_nothing();
    test_progress(random);
}
