// Explanations against scores without one feature after another, from weights that were never rounded.
#include "pointsman/explain.h"

#include <array>
#include <map>
#include <set>
#include <vector>

#include "naive_tfidf.h"
#include "pointsman/surface.h"
#include "texts.h"

using namespace pointsman;
using test::close;
using test::Columns;

namespace {

constexpr std::size_t models = 3;
constexpr std::size_t clusters = 5;
constexpr std::size_t dimensions = 4;
constexpr std::size_t heads = models + clusters + dimensions;
constexpr std::size_t vectors = 40;

using Added = std::vector<double>;

/// A model with every kind of block and three kinds of parts whose P does not jump: all vectors are
/// neighbours.
struct World {
    World(Random& random, const Columns& columns, const Columns& words, const TermOptions& options)
        : columns(columns),
          words(words),
          idf(test::random_idf(random, columns.count())),
          weights(test::floats(random, columns.count() * heads, 2)),
          word_weights(test::floats(random, words.count() * heads, 1)),
          surface(test::floats(random, surface_count * heads, 0.1)),
          means(test::floats(random, surface_count, 1)),
          embedding(test::floats(random, 2 * heads, 1)),
          bias(test::floats(random, heads, 1)),
          rates(clusters * models),
          labels(vectors * models),
          rows(compile_rows(columns.core().index().rows(), columns.place_of_term(), idf, weights, heads)),
          word_rows(compile_rows(words.core().index().rows(), words.place_of_term(),
                                 std::vector<float>(words.count(), 1), word_weights, heads)),
          neighbors(test::floats(random, 64 * dimensions, 0.5)),
          model{.models = models,
                .parts = {},
                .calibration = {},
                .bias = bias,
                .index = columns.core().index(),
                .options = options,
                .terms = rows.view(),
                .vectors = std::nullopt,
                .surface = surface,
                .surface_means = means,
                .embedding = embedding,
                .embedding_size = 2} {
        for (auto* shares : {&rates, &labels}) {
            for (auto& x : *shares) x = static_cast<float>(random.uniform());
        }
        model.vectors.emplace(*words.core().index().table(), word_rows.view());
        model.parts = {{PartKind::logistic, 0, models, half},
                       {PartKind::softmax, models, clusters, half, rates},
                       {PartKind::neighbors,
                        models + clusters,
                        dimensions,
                        half,
                        {},
                        {neighbors, labels, half, vectors, 2}}};
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    const Columns& columns;
    const Columns& words;
    std::vector<float> idf, weights, word_weights, surface, means, embedding, bias, rates, labels;
    std::vector<float> half{0.25f, 0.5f, 0.25f};
    Rows rows, word_rows;
    std::vector<float> neighbors;
    ScoringModel model;
};

/// Names in the order of the explanation, and what each adds to z.
std::vector<std::pair<std::string, Added>> naive_terms(const World& world, std::u16string_view text) {
    std::vector<std::pair<std::string, Added>> out;
    const auto add = [&](const std::string& name, const float* weights, double factor) {
        auto found =
            std::find_if(out.begin(), out.end(), [&](const auto& term) { return term.first == name; });
        if (found == out.end()) found = out.insert(out.end(), {name, Added(heads)});
        for (std::size_t j = 0; j < heads; ++j) found->second[j] += factor * weights[j];
    };
    const TermOptions& options = world.model.options;
    const auto row = test::naive_row(text, options, world.columns, world.idf);
    const auto counts = test::naive_counts(text, options.ngrams, world.columns);
    std::set<std::uint32_t> seen;
    for (const auto& name : test::naive_ngrams(text, options.ngrams)) {
        const auto column = world.columns.find(name);
        if (!column || world.idf[*column] == 0) continue;
        const bool is_counted = options.norm == Norm::l2;
        if (is_counted && !seen.insert(*column).second) continue;
        const double value = row.at(*column) / (is_counted ? 1 : counts.at(*column));
        add(name, world.weights.data() + *column * heads, value);
    }
    std::vector<std::pair<std::string, std::uint32_t>> known;
    for (const auto& word : test::naive_ngrams(text, {{1, 1}})) {
        if (const auto found = world.words.find(word)) known.push_back({word, *found});
    }
    for (const auto& [word, column] : known)
        add(word, world.word_weights.data() + column * heads, 1. / static_cast<double>(known.size()));
    return out;
}

void check_effect(const World& world, std::span<const float> z, const Added& added, const float* effects) {
    std::vector<float> masked(heads), with(models), without(models);
    for (std::size_t j = 0; j < heads; ++j) masked[j] = static_cast<float>(z[j] - added[j]);
    Blend blend(world.model);
    blend.score(z.data(), with.data());
    blend.score(masked.data(), without.data());
    for (std::size_t m = 0; m < models; ++m) CHECK(close(effects[m], with[m] - without[m], 2e-3));
}

void check_parts(const World& world, std::span<const float> z, const Explanation& explanation) {
    CHECK(explanation.clusters.size() == 1);
    const auto& [part, cluster, share] = explanation.clusters[0];
    CHECK(part == 1 && cluster < clusters);
    double total = 0;
    for (std::size_t c = 0; c < clusters; ++c) {
        CHECK(z[models + c] <= z[models + cluster]);
        total += std::exp(double{z[models + c]} - z[models + cluster]);
    }
    CHECK(close(share, 1 / total, 1e-5));
    double square = 0;
    for (std::size_t j = 0; j < dimensions; ++j) square += std::pow(z[models + clusters + j], 2);
    float before = 1e9f;
    CHECK(explanation.neighbors.size() <= vectors);
    for (const auto& [of, row, cosine] : explanation.neighbors) {
        CHECK(of == 2 && row < vectors && cosine > 0 && cosine <= before);
        before = cosine;
        double product = 0;
        for (std::size_t j = 0; j < dimensions; ++j) {
            product += double{z[models + clusters + j]} *
                       world.neighbors[(row / 32 * dimensions + j) * 32 + row % 32];
        }
        CHECK(close(cosine, product / std::sqrt(square), 1e-4));
    }
}

void check_text(const World& world, std::u16string_view text) {
    const std::vector<float> vector{0.5f, -1};
    Scorer scorer(world.model, text.size());
    std::vector<float> scores(models);
    const TermCount count = scorer.score(text, scores.data(), nullptr, vector.data());
    const Explanation explanation = explain(world.model, text, vector.data());
    CHECK(explanation.count.known == count.known && explanation.count.total == count.total);
    const auto expected = naive_terms(world, text);
    CHECK(explanation.terms.size() == expected.size());
    CHECK(explanation.effects.size() == expected.size() * models);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(explanation.terms[i] == expected[i].first);
        check_effect(world, scorer.z(), expected[i].second, explanation.effects.data() + i * models);
    }
    const auto features = surface_matrix(std::array{text});
    CHECK(explanation.surface.size() == surface_count * models);
    for (std::size_t i = 0; i < surface_count; ++i) {
        Added added(heads);
        for (std::size_t j = 0; j < heads; ++j)
            added[j] = (double{features[i]} - world.means[i]) * world.surface[i * heads + j];
        check_effect(world, scorer.z(), added, explanation.surface.data() + i * models);
    }
    check_parts(world, scorer.z(), explanation);
}

void test_options(Random& random, const TermOptions& options) {
    const test::Texts texts(random, 15, 120);
    const auto learnt = std::span(texts.views()).first(8);
    const Columns vocabulary(test::naive_frequencies(learnt, options.ngrams)), buckets(6);
    const Columns words(test::naive_frequencies(std::span(texts.views()).first(4), {{1, 1}}));
    for (const Columns* columns : {&vocabulary, &buckets}) {
        const World world(random, *columns, words, options);
        for (const auto text : texts.views()) check_text(world, text);
        check_text(world, u"");
    }
}

/// A nearest cluster has all of its part's share, and a router without surface features no effects of them.
void test_plain(Random& random) {
    const Columns columns(5);
    const std::vector<float> one{1}, rates{0.25f, 0.75f}, bias{0, 1};
    const Rows rows = compile_rows(columns.core().index().rows(), {}, std::vector<float>(32, 1),
                                   test::floats(random, 64, 0.1), 2);
    const ScoringModel model{.models = 1,
                             .parts = {{PartKind::nearest, 0, 2, one, rates}},
                             .calibration = {},
                             .bias = bias,
                             .index = columns.core().index(),
                             .options = {{{1, 1}}, false, Norm::l2},
                             .terms = rows.view(),
                             .vectors = std::nullopt,
                             .surface = {},
                             .embedding = {}};
    const Explanation explanation = explain(model, u"one two");
    CHECK(explanation.clusters.size() == 1 && explanation.clusters[0].share == 1);
    CHECK(explanation.clusters[0].cluster == 1 && explanation.neighbors.empty());
    CHECK(explanation.surface.empty() && explanation.count.total == 2);
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const NgramOptions& ngrams : {NgramOptions{{1, 2}}, NgramOptions{{2, 2}, {3, 4}}}) {
        test_options(random, {ngrams, false, Norm::l2});
        test_options(random, {ngrams, true, Norm::l2});
        test_options(random, {ngrams, false, Norm::occurrence});
    }
    test_plain(random);
}
