// Many threads at once where the core promises that this is safe: shared tables, matrices and files, what has
// scratch memory one a thread. All must find the same bytes; the thread sanitizer sees who touches what.
#include <latch>
#include <thread>
#include <vector>

#include "check.h"
#include "matrix.h"
#include "pointsman/kmeans.h"
#include "pointsman/logistic.h"
#include "pointsman/scorer.h"
#include "pointsman/threads.h"
#include "pointsman/vocabulary.h"
#include "safetensors_file.h"

using namespace pointsman;

namespace {

constexpr std::size_t thread_count = 8;

/// work(), by all threads at the same moment; the results must be equal.
template <typename Work>
void together(Work work) {
    std::vector<decltype(work())> results(thread_count);
    std::latch start(thread_count);
    {
        std::vector<std::jthread> threads;
        for (auto& result : results) {
            threads.emplace_back([&] {
                start.arrive_and_wait();
                result = work();
            });
        }
    }
    for (const auto& result : results) CHECK(result == results[0]);
}

std::vector<std::u16string> random_texts(Random& random) {
    std::vector<std::u16string> texts(50);
    for (auto& text : texts) {
        for (std::size_t i = test::below(random, 300); i > 0; --i)
            text += u"ab \u00E9\u03A3"[test::below(random, 5)];
    }
    return texts;
}

constexpr TermOptions options{{{1, 2}, {3, 4}}, true, Norm::l2};
constexpr std::size_t heads = 5;

void test_text(Random& random) {
    const auto owned = random_texts(random);
    const std::vector<std::u16string_view> texts(owned.begin(), owned.end());
    // The first call of all chooses the instruction set, here in every thread at once.
    together([&] { return fit_vocabulary(texts, {options.ngrams, 1, 1, SIZE_MAX}, {}).bytes; });
    const Vocabulary vocabulary = fit_vocabulary(texts, {options.ngrams, 1, 1, SIZE_MAX}, {});
    const BuiltTermTable table = build_term_table({vocabulary.bytes, vocabulary.offsets});
    const TermIndex index(table.view());
    together([&] {
        NgramHasher hasher(options.ngrams, 300);
        std::vector<std::uint32_t> rows;
        for (const auto text : texts) {
            const auto hashes = hasher.hash(text);
            rows.resize(rows.size() + hashes.size());
            index.find(hashes, rows.data() + rows.size() - hashes.size());
        }
        return rows;
    });

    const std::vector<float> idf(table.place_of_term.size(), 1.5f), bias(heads), ones(heads, 1);
    std::vector<float> weights(idf.size() * heads);
    for (auto& x : weights) x = test::symmetric(random, 3);
    const Rows rows = compile_rows(index.rows(), table.place_of_term, idf, weights, heads);
    const ScoringModel model{.models = heads,
                             .parts = {{PartKind::logistic, 0, heads, ones}},
                             .calibration = {},
                             .bias = bias,
                             .index = index,
                             .options = options,
                             .terms = rows.view(),
                             .vectors = {},
                             .surface = {},
                             .embedding = {}};
    together([&] {
        Scorer scorer(model, 300);
        std::vector<float> scores(texts.size() * heads);
        for (std::size_t i = 0; i < texts.size(); ++i) scorer.score(texts[i], scores.data() + i * heads);
        return scores;
    });
}

void test_fits(Random& random) {
    constexpr std::size_t rows = 200, labels = 20;
    const Csr X = test::random_csr(random, rows, 50, 0.2);
    std::vector<float> Y(rows * labels);
    for (auto& y : Y) y = static_cast<float>(test::below(random, 2));
    together([&] { return fit_logistic(X.view(), Y, labels, {1, 1e-3, 20, {}}, {}).weights; });
    together([&] { return fit_kmeans(X.view(), {6, 2, 20, 1e-4, 7}, {}).centroids; });
}

/// Threads of its own in every thread.
void test_nested_threads() {
    together([] {
        Threads threads(3);
        std::vector<std::size_t> squares(500);
        for (int round = 0; round < 20; ++round) threads.run(500, [&](std::size_t i) { squares[i] = i * i; });
        return squares;
    });
}

void test_file() {
    const auto file = test::file_of(R"({"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 3);
    const Safetensors shared{std::span(file)};
    together([&] {
        CHECK(test::refusal(file).empty());
        return shared.find("t")->as<std::uint8_t>()[2];
    });
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    test_text(random);
    test_fits(random);
    test_nested_threads();
    test_file();
}
