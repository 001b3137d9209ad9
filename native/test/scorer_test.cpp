// Scorer against its rows added up in doubles, and against tf-idf rows times weights that were never rounded.
#include "pointsman/scorer.h"

#include <algorithm>
#include <span>
#include <vector>

#include "naive_tfidf.h"
#include "texts.h"

using namespace pointsman;
using test::close;
using test::Columns;

namespace {

struct Shape {
    std::size_t models;
    bool has_classifiers;
    std::size_t clusters;

    std::size_t heads() const { return (has_classifiers ? models : 0) + clusters; }
};

/// A random model and all that it was compiled from.
struct Compiled {
    Compiled(Random& random, const Columns& columns, const TermOptions& options, const Shape& shape)
        : columns(columns),
          options(options),
          idf(test::random_idf(random, columns.count())),
          weights(columns.count() * shape.heads()),
          bias(shape.heads()),
          rates(shape.clusters * shape.models),
          ones(shape.models, 1),
          zeros(shape.models),
          rows(fill(random, shape.heads())),
          model{.models = shape.models,
                .parts = parts(shape),
                .calibration = {},
                .bias = bias,
                .index = columns.core().index(),
                .options = options,
                .terms = rows.view(),
                .vectors = std::nullopt,
                .surface = {},
                .embedding = {},
                .embedding_size = 0} {}
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    const Columns& columns;
    TermOptions options;
    std::vector<float> idf;
    /// [columns x heads]
    std::vector<float> weights;
    std::vector<float> bias;
    std::vector<float> rates;
    std::vector<float> ones;
    std::vector<float> zeros;
    Rows rows;
    ScoringModel model;

    /// Weight of a column in a head, times idf, as it was rounded.
    double value(std::uint32_t column, std::size_t lane) const {
        const auto places = columns.place_of_term();
        const std::size_t row = 1 + (places.empty() ? column : places[column]);
        return static_cast<double>(rows.rows[row * rows.stride + lane]) * rows.scales[lane];
    }

private:
    /// Clusters count for nothing where there are classifiers: the scores are those of the latter.
    std::vector<Part> parts(const Shape& shape) const {
        std::vector<Part> out;
        const std::size_t first = shape.has_classifiers ? shape.models : 0;
        if (shape.has_classifiers) out.push_back({PartKind::logistic, 0, first, ones});
        if (shape.clusters > 0) {
            out.push_back({PartKind::nearest, first, shape.clusters, out.empty() ? ones : zeros, rates});
        }
        return out;
    }

    Rows fill(Random& random, std::size_t heads) {
        for (auto* numbers : {&weights, &bias, &rates}) {
            for (auto& x : *numbers) x = test::symmetric(random, 2);
        }
        return compile_rows(columns.core().index().rows(), columns.place_of_term(), idf, weights, heads);
    }
};

/// One head's z, and how far from it the scorer may be.
struct Expected {
    double z;
    double tolerance;
};

/// From the rounded rows. Only floats are between: 2^-24 of the size of what is added, for each step.
Expected from_rows(const Compiled& compiled, const std::map<std::uint32_t, std::uint32_t>& counts,
                   std::size_t head) {
    double sum = 0, size = 0, squares = 0;
    for (const auto& [column, count] : counts) {
        const auto weight = test::naive_weight(count, compiled.options);
        const double term = weight.row * compiled.value(column, head);
        sum += term;
        size += std::abs(term);
        squares += weight.square * compiled.value(column, compiled.rows.stride - 1);
    }
    const double factor = squares > 0 ? 1 / std::sqrt(squares) : 0;
    const double steps = static_cast<double>(counts.size()) + 8;
    return {compiled.bias[head] + factor * sum,
            steps * 0x1p-23 * (factor * size + std::abs(compiled.bias[head]))};
}

/// From the weights. A rounded number is off by at most half a unit, so that the sum A over the terms is off
/// by dA = sum tf unit / 2 and the squared norm S by dS alike, hence |A' / sqrt(S') - A / sqrt(S)| <= dA /
/// sqrt(S - dS) + |A| (1 / sqrt(S - dS) - 1 / sqrt(S)).
Expected from_weights(const Compiled& compiled, const std::map<std::uint32_t, std::uint32_t>& counts,
                      std::size_t head) {
    const std::size_t heads = compiled.bias.size();
    const auto& scales = compiled.rows.scales;
    double A = 0, dA = 0, S = 0, dS = 0;
    for (const auto& [column, count] : counts) {
        const double idf = compiled.idf[column];
        const auto weight = test::naive_weight(count, compiled.options);
        A += weight.row * idf * compiled.weights[column * heads + head];
        dA += weight.row * scales[head] / 2;
        S += weight.square * idf * idf;
        dS += idf > 0 ? weight.square * scales.back() / 2 : 0;
    }
    if (S == 0) return {compiled.bias[head], 0};
    CHECK(dS < S / 10);
    const double far = 1 / std::sqrt(S - dS), exact = 1 / std::sqrt(S);
    return {compiled.bias[head] + A * exact, dA * far + std::abs(A) * (far - exact)};
}

/// Scores one text and checks all that comes out.
void check_text(Scorer& scorer, const Compiled& compiled, std::u16string_view text) {
    const ScoringModel& model = compiled.model;
    std::vector<float> scores(model.models, -9), affinities(model.clusters(), -9);
    const TermCount found = scorer.score(text, scores.data(), affinities.data());
    const auto counts = test::naive_counts(text, compiled.options.ngrams, compiled.columns);
    std::size_t expected_known = 0;
    for (const auto& [column, count] : counts) expected_known += compiled.idf[column] > 0 ? count : 0;
    CHECK(found.known == expected_known);
    CHECK(found.total == test::naive_ngrams(text, compiled.options.ngrams).size());
    const std::size_t classifiers = model.heads() - model.clusters();
    for (std::size_t head = 0; head < model.heads(); ++head) {
        const bool is_classifier = head < classifiers;
        const Expected rounded = from_rows(compiled, counts, head);
        const Expected exact = from_weights(compiled, counts, head);
        CHECK(close(rounded.z, exact.z, exact.tolerance + 1e-9));
        if (is_classifier) {
            // A sigmoid rises by at most a quarter.
            CHECK(close(scores[head], 1 / (1 + std::exp(-rounded.z)), rounded.tolerance / 4 + 1e-6));
        } else {
            CHECK(close(affinities[head - classifiers], rounded.z, rounded.tolerance));
        }
    }
    if (classifiers == 0) {
        const auto nearest = std::max_element(affinities.begin(), affinities.end()) - affinities.begin();
        CHECK(std::ranges::equal(
            scores,
            model.parts[0].rates.subspan(static_cast<std::size_t>(nearest) * model.models, model.models)));
    }
    // Affinities need not be asked for.
    std::vector<float> again(model.models);
    CHECK(scorer.score(text, again.data()).known == found.known);
    CHECK(again == scores);
}

void test_model(Random& random, const TermOptions& options, const Shape& shape, unsigned hash_bits) {
    const test::Texts texts(random, 12, 150);
    const auto learnt = test::naive_frequencies(std::span(texts.views()).first(8), options.ngrams);
    const Columns vocabulary(learnt), buckets(hash_bits);
    for (const Columns* columns : {&vocabulary, &buckets}) {
        const Compiled compiled(random, *columns, options, shape);
        Scorer scorer(compiled.model, 150);
        CHECK(scorer.max_units() == 150);
        for (const auto text : texts.views()) check_text(scorer, compiled, text);
        check_text(scorer, compiled, u"");
        check_text(scorer, compiled, u"zz 1 \u00B7");
    }
}

void test_shapes(Random& random, const TermOptions& options) {
    for (const Shape& shape : {Shape{1, true, 0}, Shape{3, false, 5}, Shape{14, true, 0}, Shape{15, true, 0},
                               Shape{9, true, 20}, Shape{2, false, 1}, Shape{1, false, 31}}) {
        test_model(random, options, shape, 4 + static_cast<unsigned>(test::below(random, 9)));
    }
}

/// Longer than the sums of 32 bits can take in one go.
void test_long_text(Random& random, const TermOptions& options) {
    constexpr std::size_t units = 400'000;
    std::u16string text;
    while (text.size() + 4 <= units)
        text += std::u16string{u"ab"[test::below(random, 2)], u"ab\u00E9"[test::below(random, 3)],
                               u"cd"[test::below(random, 2)], u' '};
    const Columns columns(
        test::naive_frequencies(std::vector<std::u16string_view>{text.substr(0, 600)}, options.ngrams));
    const Compiled compiled(random, columns, options, {3, true, 2});
    Scorer scorer(compiled.model, units);
    check_text(scorer, compiled, text);
    check_text(scorer, compiled, u"aac");
    // All the same term, of the largest weight: the sums that grow most.
    text.clear();
    while (text.size() + 3 <= units) text += u"bb ";
    const Columns single(std::map<std::string, std::uint32_t>{{"bb", 1}});
    const Compiled extreme(random, single, options, {3, true, 2});
    Scorer other(extreme.model, units);
    check_text(other, extreme, text);
}

void test_many_models(Random& random, const TermOptions& options) {
    test_model(random, options, {1024, true, 0}, 6);
    test_model(random, options, {1024, true, 16}, 6);
    test_model(random, options, {1024, false, 64}, 6);
}

void test_stages(Random& random) {
    const TermOptions options{{{1, 2}}, false, Norm::l2};
    const Columns columns(8);
    const Compiled compiled(random, columns, options, {2, true, 0});
    Scorer scorer(compiled.model, 100);
    CHECK(scorer.run_to(Stage::words, u"one b two") == 3);
    CHECK(scorer.run_to(Stage::hashes, u"one b two") == 3);
    CHECK(scorer.run_to(Stage::lookup, u"one") == 1 + *columns.find("one"));
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const NgramOptions& ngrams :
         {NgramOptions{{1, 1}}, NgramOptions{{2, 3}}, NgramOptions{{1, 2}, {3, 5}},
          NgramOptions{{1, 2}, {2, 3}, TokenPattern::one_or_more}}) {
        test_shapes(random, {ngrams, false, Norm::l2});
        test_shapes(random, {ngrams, true, Norm::l2});
        test_shapes(random, {ngrams, false, Norm::occurrence});
    }
    for (const Norm norm : {Norm::l2, Norm::occurrence}) {
        test_many_models(random, {{{1, 2}}, false, norm});
        test_long_text(random, {{{1, 3}}, false, norm});
    }
    test_stages(random);
}
