// What word vectors, surface features and an embedding add to a score, against sums in doubles.
#include <array>
#include <optional>
#include <vector>

#include "naive_tfidf.h"
#include "pointsman/scorer.h"
#include "pointsman/surface.h"
#include "texts.h"

using namespace pointsman;
using test::Columns;

namespace {

std::vector<float> floats(Random& random, std::size_t n) {
    std::vector<float> out(n);
    for (auto& x : out) x = test::symmetric(random, 1);
    return out;
}

/// z of each head, clusters all of them.
std::vector<float> affinities_of(const ScoringModel& model, std::u16string_view text,
                                 const std::vector<float>& embedding) {
    Scorer scorer(model, text.size());
    std::vector<float> scores(model.models), affinities(model.clusters());
    scorer.score(text, scores.data(), affinities.data(), embedding.data());
    return affinities;
}

void test_heads(Random& random, std::size_t heads, const TermOptions& options) {
    const test::Texts texts(random, 20, 200);
    const std::vector<float> one{1};
    const auto rates = floats(random, heads), bias = floats(random, heads);
    const Columns columns(8), words(test::naive_frequencies(std::span(texts.views()).first(10), {{1, 1}}));
    const auto compile = [&](const Columns& of, const std::vector<float>& weights) {
        return compile_rows(of.core().index().rows(), of.place_of_term(), std::vector<float>(of.count(), 1),
                            weights, heads);
    };
    const Rows terms = compile(columns, floats(random, columns.count() * heads));
    const auto word_weights = floats(random, words.count() * heads);
    const Rows vectors = compile(words, word_weights);
    const auto surface = floats(random, surface_count * heads), embedding = floats(random, 7 * heads);
    const auto vector = floats(random, 7);
    ScoringModel model{.models = 1,
                       .parts = {{PartKind::nearest, 0, heads, one, rates}},
                       .calibration = {},
                       .bias = bias,
                       .index = columns.core().index(),
                       .options = options,
                       .terms = terms.view(),
                       .vectors = std::nullopt,
                       .surface = {},
                       .embedding = {},
                       .embedding_size = 0};
    const ScoringModel plain = model;
    // Every choice of blocks.
    for (unsigned blocks = 0; blocks < 8; ++blocks) {
        model = plain;
        if (blocks & 1) model.vectors.emplace(*words.core().index().table(), vectors.view());
        if (blocks & 2) model.surface = surface;
        if (blocks & 4) {
            model.embedding = embedding;
            model.embedding_size = 7;
        }
        for (const auto text : texts.views()) {
            const auto features = surface_matrix(std::array{text});
            const auto counts = test::naive_counts(text, {{1, 1}}, words);
            double known = 0;
            for (const auto& [word, count] : counts) known += count;
            const auto before = affinities_of(plain, text, {}), after = affinities_of(model, text, vector);
            for (std::size_t j = 0; j < heads; ++j) {
                double sum = before[j], size = std::abs(sum);
                const auto add = [&](double x, double weight) {
                    sum += x * weight;
                    size += std::abs(x * weight);
                };
                for (const auto& [word, count] : counts)
                    if (blocks & 1) add(count / known, word_weights[word * heads + j]);
                for (std::size_t i = 0; i < surface_count; ++i)
                    if (blocks & 2) add(features[i], surface[i * heads + j]);
                for (std::size_t i = 0; i < vector.size(); ++i)
                    if (blocks & 4) add(vector[i], embedding[i * heads + j]);
                // Floats, and the mean of 16-bit weights: off by half a unit at most.
                const double half = blocks & 1 ? vectors.scales[j] / 2 : 0;
                CHECK(test::close(after[j], sum, half + 100 * size * 0x1p-24));
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const std::size_t heads : {1u, 14u, 15u, 40u}) {
        test_heads(random, heads, {{{1, 2}}, false, Norm::l2});
        test_heads(random, heads, {{{2, 3}, {3, 4}}, false, Norm::occurrence});
    }
}
