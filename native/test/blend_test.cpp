// How heads become scores: every kind of part, mixtures and calibration, against their formulas in doubles.
#include "pointsman/blend.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "check.h"

using namespace pointsman;
using test::below;
using test::close;

namespace {

constexpr std::size_t block = 32;

/// What a part borrows.
struct Owned {
    PartKind kind;
    std::size_t heads;
    std::vector<float> weight;
    std::vector<float> rates{};
    /// [n x heads], and the same in blocks.
    std::vector<float> rows{};
    std::vector<float> vectors{};
    std::vector<float> labels{};
    std::vector<float> overall{};
    std::size_t k = 0;
    float shrinkage = 0;
};

std::vector<float> shares(Random& random, std::size_t n) {
    std::vector<float> out(n);
    for (auto& x : out) x = static_cast<float>(random.uniform());
    return out;
}

void add_neighbors(Random& random, Owned& part, std::size_t models) {
    const std::size_t n = 1 + below(random, 150);
    part.rows = test::floats(random, n * part.heads, 1);
    part.vectors.resize((n + block - 1) / block * block * part.heads);
    for (std::size_t i = 0; i < n; ++i) {
        double square = 0;
        for (std::size_t j = 0; j < part.heads; ++j) square += std::pow(part.rows[i * part.heads + j], 2);
        for (std::size_t j = 0; j < part.heads; ++j) {
            float& x = part.rows[i * part.heads + j];
            x = static_cast<float>(x / std::sqrt(square));
            part.vectors[(i / block * part.heads + j) * block + i % block] = x;
        }
    }
    part.labels = shares(random, n * models);
    for (auto& label : part.labels) label = random.uniform() < 0.3 ? NAN : label;
    part.overall = shares(random, models);
    part.k = 1 + below(random, n);
    part.shrinkage = random.uniform() < 0.3 ? 0 : 5 * static_cast<float>(random.uniform());
}

Owned random_part(Random& random, PartKind kind, std::size_t models) {
    Owned part{kind, kind == PartKind::logistic ? models : 1 + below(random, 40), shares(random, models)};
    if (kind == PartKind::nearest || kind == PartKind::softmax)
        part.rates = shares(random, part.heads * models);
    if (kind == PartKind::neighbors) add_neighbors(random, part, models);
    return part;
}

Part view(const Owned& part, std::size_t first) {
    return {part.kind,   first,      part.heads,
            part.weight, part.rates, {part.vectors, part.labels, part.overall, part.k, part.shrinkage}};
}

double naive_softmax(const Owned& part, const float* z, std::size_t models, std::size_t m) {
    const double most = *std::max_element(z, z + part.heads);
    double sum = 0, total = 0;
    for (std::size_t c = 0; c < part.heads; ++c) {
        sum += std::exp(z[c] - most) * part.rates[c * models + m];
        total += std::exp(z[c] - most);
    }
    return sum / total;
}

double naive_neighbors(const Owned& part, const float* z, std::size_t models, std::size_t m) {
    const std::size_t n = part.labels.size() / models;
    double square = 0;
    for (std::size_t j = 0; j < part.heads; ++j) square += double{z[j]} * z[j];
    std::vector<std::pair<double, std::size_t>> cosines;
    for (std::size_t i = 0; i < n; ++i) {
        double product = 0;
        for (std::size_t j = 0; j < part.heads; ++j) product += double{z[j]} * part.rows[i * part.heads + j];
        cosines.push_back({square > 0 ? -product / std::sqrt(square) : 0, i});
    }
    std::sort(cosines.begin(), cosines.end());
    const double largest = -cosines[0].first;
    double sum = double{part.shrinkage} * part.overall[m], votes = part.shrinkage;
    for (std::size_t i = 0; i < part.k && -cosines[i].first > 0; ++i) {
        const float label = part.labels[cosines[i].second * models + m];
        if (std::isnan(label)) continue;
        sum += -cosines[i].first / largest * label;
        votes += -cosines[i].first / largest;
    }
    return votes > 0 ? sum / votes : double{part.overall[m]};
}

double naive_part(const Owned& part, const float* z, std::size_t models, std::size_t m) {
    switch (part.kind) {
        case PartKind::logistic:
            return 1 / (1 + std::exp(-double{z[m]}));
        case PartKind::nearest: {
            const auto c = static_cast<std::size_t>(std::max_element(z, z + part.heads) - z);
            return part.rates[c * models + m];
        }
        case PartKind::softmax:
            return naive_softmax(part, z, models, m);
        default:
            return naive_neighbors(part, z, models, m);
    }
}

double naive_calibration(std::span<const float> values, double p) {
    const double last = static_cast<double>(values.size() - 1);
    const double at = std::clamp(p, 0., 1.) * last;
    const double left = std::min(std::floor(at), last - 1);
    const auto i = static_cast<std::size_t>(left);
    return values[i] + (at - left) * (double{values[i + 1]} - values[i]);
}

/// `knots` of 0: none.
std::vector<float> random_calibration(Random& random, std::size_t models, std::size_t knots) {
    std::vector<float> values = shares(random, models * knots);
    for (std::size_t m = 0; m < models && knots > 0; ++m) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(m * knots);
        std::sort(begin, begin + static_cast<std::ptrdiff_t>(knots));
    }
    return values;
}

ScoringModel model_of(std::size_t models, std::vector<Part> parts, std::span<const float> calibration,
                      std::span<const float> bias) {
    return {.models = models,
            .parts = std::move(parts),
            .calibration = calibration,
            .bias = bias,
            .index = TermIndex(4),
            .options = {{{1, 1}}, false, Norm::l2},
            .terms = {},
            .vectors = std::nullopt,
            .surface = {},
            .embedding = {},
            .embedding_size = 0};
}

void test_blend(Random& random, const std::vector<Owned>& owned, std::size_t models, std::size_t knots) {
    std::vector<Part> parts;
    std::size_t heads = 0;
    for (const Owned& part : owned) {
        parts.push_back(view(part, heads));
        heads += part.heads;
    }
    const auto calibration = random_calibration(random, models, knots);
    const std::vector<float> bias(heads);
    const ScoringModel model = model_of(models, parts, calibration, bias);
    Blend blend(model);
    std::vector<float> scores(models);
    for (const double scale : {0., 0.01, 1., 30., 1e6}) {
        const auto z = test::floats(random, heads, scale);
        blend.score(z.data(), scores.data());
        for (std::size_t m = 0; m < models; ++m) {
            double p = 0;
            for (std::size_t i = 0; i < owned.size(); ++i)
                p += owned[i].weight[m] * naive_part(owned[i], z.data() + parts[i].first, models, m);
            // The steepest calibration rises by 1 from one knot to the next.
            double tolerance = 1e-5;
            if (knots > 0) {
                p = naive_calibration(std::span(calibration).subspan(m * knots, knots), p);
                tolerance *= static_cast<double>(knots);
            }
            CHECK(close(scores[m], p, tolerance));
        }
    }
}

void test_kinds(Random& random, std::size_t models) {
    std::vector<Owned> all;
    for (const PartKind kind :
         {PartKind::logistic, PartKind::nearest, PartKind::softmax, PartKind::neighbors}) {
        Owned part = random_part(random, kind, models);
        all.push_back(part);
        test_blend(random, {part}, models, 0);
        test_blend(random, {part}, models, 2 + below(random, 20));
        std::fill(part.weight.begin(), part.weight.end(), 1.f);
        test_blend(random, {part}, models, 0);
        // The same kind twice.
        test_blend(random, {part, random_part(random, kind, models)}, models, 2);
    }
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(below(random, 4)), all.end());
    test_blend(random, all, models, 0);
    test_blend(random, all, models, 11);
}

/// Of equally near rows the first ones count, and nobody's vote leaves what is known of all.
void test_ties() {
    Owned part{PartKind::neighbors, 1, {1}};
    part.vectors.assign(2 * block, 1);
    part.labels.assign(40, 0);
    part.labels[0] = 1;
    part.labels[1] = NAN;
    part.overall = {0.25f};
    part.k = 4;
    const std::vector<float> bias(1);
    const ScoringModel model = model_of(1, {view(part, 0)}, {}, bias);
    float score;
    const auto score_of = [&](float z) {
        Blend(model).score(&z, &score);
        return score;
    };
    CHECK(close(score_of(2), 1. / 3, 1e-6));
    CHECK(score_of(-2) == 0.25f);
    CHECK(score_of(0) == 0.25f);
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const std::size_t models : {1u, 2u, 9u, 16u, 17u, 40u}) {
        for (int round = 0; round < 20; ++round) test_kinds(random, models);
    }
    test_ties();
}
