// Router files that are well formed, and every way in which one can be wrong: refused with a reason that
// names the part, or at least safe to score with.
#include "pointsman/router_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "pointsman/scorer.h"
#include "router_writer.h"

using namespace pointsman;
using test::Bytes;
using test::encode;
using test::full_router;
using test::RouterParts;
using test::scores_of;
using test::small_hashing_router;
using test::small_router;

namespace {

/// The reason for which bytes are refused, or nothing; then they can be scored.
std::string refusal(std::span<const std::uint8_t> bytes) {
    try {
        scores_of(*RouterFile::from_bytes(bytes));
    } catch (const FormatError& error) {
        CHECK(error.what()[0] != '\0');
        return error.what();
    }
    return "";
}

/// The reason for a small router that `spoil` has changed.
template <typename Spoil>
std::string refusal_after(Spoil spoil, RouterParts parts = small_router()) {
    spoil(parts);
    return refusal(encode(parts));
}

template <typename Spoil>
void expect(const std::string& reason, Spoil spoil, RouterParts parts = small_router()) {
    const std::string found = refusal_after(spoil, std::move(parts));
    if (!found.starts_with(reason)) std::fprintf(stderr, "%s\n%s\n", reason.c_str(), found.c_str());
    CHECK(found.starts_with(reason));
}

void test_good() {
    const Bytes bytes = encode(small_router());
    const auto file = RouterFile::from_bytes(bytes);
    const ScoringModel& model = file->model();
    CHECK(model.models == 2 && model.heads() == 5 && model.clusters() == 3 && model.calibration.empty());
    CHECK(model.parts.size() == 2 && model.parts[0].kind == PartKind::logistic && model.parts[0].heads == 2);
    CHECK(model.parts[1].kind == PartKind::nearest && model.parts[1].first == 2);
    CHECK(model.parts[1].weight[0] == 0.25f && model.parts[1].rates[5] == 1);
    CHECK(model.options.norm == Norm::occurrence && !model.options.sublinear_tf);
    CHECK(model.options.ngrams.words.longest == 2 && !model.options.ngrams.has_chars());
    CHECK(file->info() == R"({"any":"text"})");
    CHECK(std::ranges::equal(file->bytes(), bytes));
    CHECK(file->tensors().find("terms.rows") != nullptr);

    // x of "ab" is 1 at its term: z = bias + weights, a unit of 2 / 32767 apart at most.
    std::vector<float> affinities(3), scores(2);
    CHECK(Scorer(model, 20).score(u"AB", scores.data(), affinities.data()).known == 1);
    for (std::size_t j = 0; j < 3; ++j)
        CHECK(
            test::close(affinities[j], model.bias[2 + j] + 2 * std::sin(2. + static_cast<double>(j)), 2e-4));

    const auto hashing = RouterFile::from_bytes(encode(small_hashing_router()));
    CHECK(hashing->model().index.table() == nullptr && hashing->model().index.rows() == 17);
    CHECK(hashing->model().options.ngrams.chars.longest == 3 && hashing->model().options.sublinear_tf);
    CHECK(refusal(encode(small_hashing_router())).empty());
    // Bytes are copied, so they may lie anywhere and change later.
    Bytes moved(bytes.size() + 1);
    std::copy(bytes.begin(), bytes.end(), moved.begin() + 1);
    const auto copied = RouterFile::from_bytes(std::span(moved).subspan(1));
    std::fill(moved.begin(), moved.end(), std::uint8_t{0});
    CHECK(scores_of(*copied) == scores_of(*file));
}

void test_metadata() {
    const auto set = [](const char* key, const char* value) {
        return [=](RouterParts& parts) { parts.metadata[key] = value; };
    };
    const auto drop = [](const char* key) { return [=](RouterParts& parts) { parts.metadata.erase(key); }; };
    const std::string not_ours = "it is a safetensors file but not a Pointsman router";
    expect(not_ours, drop("format"));
    expect(not_ours, set("format", "pt"));
    expect("its metadata has no \"version\"", drop("version"));
    expect("it is a router file of version 1 and this Pointsman reads version 3", set("version", "1"));
    expect("it is a router file of version  and", set("version", ""));
    expect("it is a router file of version 33333333333333333333 and",
           set("version", "3333333333333333333333333333333333333333"));
    expect("its metadata has no \"features\"", drop("features"));
    expect("its metadata has no \"router\"", drop("router"));
}

/// Each tensor missing, of another type, of another number of dimensions.
void test_each_tensor() {
    constexpr std::array<std::string_view, 4> optional{"calibration.knots", "surface.weights",
                                                       "embedding.weights", "vectors.tags"};
    const RouterParts good = full_router();
    for (const auto& [name, part] : good.tensors) {
        const std::string tensor = "tensor \"" + name + "\" ";
        if (std::ranges::find(optional, name) == optional.end())
            expect(
                tensor + "is missing", [&](RouterParts& p) { p.tensors.erase(name); }, good);
        // Of the same size, so that nothing else is wrong.
        const std::string other =
            part.element == 4 ? (part.dtype == "F32" ? "U32" : "F32") : (part.dtype == "I16" ? "U16" : "I16");
        expect(
            tensor + "is " + other + " where " + part.dtype + " is needed",
            [&](RouterParts& p) { p.tensors[name].dtype = other; }, good);
        expect(
            tensor + "has " + std::to_string(part.shape.size() + 1) + " dimensions where " +
                std::to_string(part.shape.size()) + " are needed",
            [&](RouterParts& p) { p.tensors[name].shape.push_back(1); }, good);
        expect(
            tensor + "has 0 dimensions where",
            [&](RouterParts& p) {
                p.tensors[name].shape.clear();
                p.tensors[name].bytes.resize(part.element);
            },
            good);
    }
}

void test_numbers() {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const char* name : {"heads.bias", "parts.weights", "terms.scales", "vectors.scales",
                             "surface.weights", "surface.means", "embedding.weights"}) {
        for (const float bad : {std::nanf(""), infinity, -infinity, 1.1e6f, -1.1e6f}) {
            const auto spoil = [&](RouterParts& parts) {
                std::memcpy(parts.tensors[name].bytes.data() + sizeof bad, &bad, sizeof bad);
            };
            const std::string reason = refusal_after(spoil, full_router());
            CHECK(reason.starts_with("tensor \"" + std::string(name) + "\" holds "));
            CHECK(reason.ends_with("at element 1"));
        }
    }
}

void test_shapes() {
    const auto set = []<typename T>(const char* name, std::vector<std::size_t> shape, std::vector<T> values) {
        return [=](RouterParts& parts) { parts.set(name, shape, values); };
    };
    const auto floats = [](std::size_t n) { return std::vector<float>(n, 0.5f); };
    const auto units = [](std::size_t n) { return std::vector<std::int16_t>(n); };
    expect("it has no head", set("heads.bias", {0}, floats(0)));
    expect("the number of multipliers is not a power of two",
           set("terms.multipliers", {3}, std::vector<std::uint16_t>(3)));
    expect("the number of multipliers is not", set("terms.multipliers", {0}, std::vector<std::uint16_t>()));
    expect("the table of terms has no place", set("terms.tags", {0}, std::vector<std::uint32_t>()));
    expect("tensor \"terms.rows\" has 5 rows where 10 are needed",
           set("terms.tags", {9}, std::vector<std::uint32_t>(9)));
    expect("tensor \"terms.rows\" has shape [5, 32] where [any, 16] is needed",
           set("terms.rows", {5, 32}, units(5 * 32)));
    expect("tensor \"terms.rows\" has 4 rows where 5 are needed", set("terms.rows", {4, 16}, units(64)));
    expect("tensor \"terms.rows\" has 18 rows where 17 are needed",
           set("terms.rows", {18, 16}, units(18 * 16)), small_hashing_router());
    expect("row 0 of tensor \"terms.rows\"",
           set("terms.rows", {5, 16}, std::vector<std::int16_t>(5 * 16, 1)));
    expect("tensor \"terms.scales\" has shape [17] where [16] is needed",
           set("terms.scales", {17}, floats(17)));
    // Fifteen heads and the two special lanes need a second block.
    expect("tensor \"terms.rows\" has shape [5, 16] where [any, 32]", [&](RouterParts& parts) {
        parts.set("heads.bias", floats(15));
        parts.set("parts.1.rates", {13, 2}, floats(26));
        parts.set("parts.layout", {2, 3}, std::vector<std::uint32_t>{0, 2, 0, 1, 13, 0});
    });
}

/// Two logistic heads, three clusters, and eight for nearest neighbours; calibrated.
RouterParts blended_router() {
    RouterParts parts = small_router();
    const std::size_t heads = 13;
    std::vector<float> bias(heads);
    for (std::size_t j = 0; j < heads; ++j) bias[j] = std::sin(static_cast<float>(j));
    parts.set("heads.bias", bias);
    parts.set("parts.layout", {3, 3}, std::vector<std::uint32_t>{0, 2, 0, 2, 3, 0, 3, 8, 5});
    parts.set("parts.weights", {3, 2}, std::vector<float>{0.5f, 0.5f, 0.25f, 0.25f, 0.25f, 0.25f});
    std::vector<float> vectors(2 * 8 * 32), labels(33 * 2);
    for (std::size_t i = 0; i < vectors.size(); ++i) vectors[i] = std::sin(static_cast<float>(7 * i));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = i % 3 == 0 ? 0.f : i % 3 == 1 ? 1.f : NAN;
    parts.set("parts.2.vectors", {2, 8, 32}, vectors);
    parts.set("parts.2.labels", {33, 2}, labels);
    parts.set("parts.2.overall", std::vector<float>{0.25f, 0.75f});
    parts.set("parts.2.shrinkage", std::vector<float>{3});
    parts.set("calibration.knots", {2, 3}, std::vector<float>{0, 0.5f, 0.5f, 0.125f, 0.25f, 1});
    return parts;
}

void test_parts() {
    CHECK(refusal(encode(blended_router())).empty());
    const auto expect_blended = [](const std::string& reason, auto spoil) {
        expect(reason, spoil, blended_router());
    };
    const auto layout = [](std::vector<std::uint32_t> values) {
        return [=](RouterParts& parts) { parts.set("parts.layout", {values.size() / 3, 3}, values); };
    };
    const auto floats = [](const char* name, std::vector<std::size_t> shape, float value = 0.5f) {
        return [=](RouterParts& parts) {
            std::size_t size = 1;
            for (const std::size_t n : shape) size *= n;
            parts.set(name, shape, std::vector<float>(size, value));
        };
    };
    expect("it has no part", layout({}));
    expect("part 1 is of kind 4", layout({0, 2, 0, 4, 3, 0}));
    expect("part 0 has 3 heads for 2 models", layout({0, 3, 0, 1, 3, 0}));
    expect("part 1 has 0 heads for 2 models", layout({0, 2, 0, 1, 0, 0}));
    expect("it has 5 heads and its parts have 4", [&](RouterParts& parts) {
        layout({0, 2, 0, 0, 2, 0})(parts);
    });
    expect("tensor \"parts.0.rates\" is missing", layout({1, 2, 0, 1, 3, 0}));
    expect("tensor \"parts.1.vectors\" is missing", layout({0, 2, 0, 3, 3, 1}));
    expect("tensor \"parts.layout\" has shape [2, 2] where [any, 3]", [](RouterParts& parts) {
        parts.set("parts.layout", {2, 2}, std::vector<std::uint32_t>{0, 2, 1, 3});
    });
    expect("tensor \"parts.weights\" has 3 rows where 2 are needed", floats("parts.weights", {3, 2}));
    expect("it has no model", floats("parts.weights", {2, 0}));
    expect("tensor \"parts.1.rates\" has 2 rows where 3", floats("parts.1.rates", {2, 2}));
    expect("tensor \"parts.1.rates\" has shape [2, 3] where [any, 2]", floats("parts.1.rates", {2, 3}));
    expect("tensor \"parts.1.rates\" holds 1.5", floats("parts.1.rates", {3, 2}, 1.5f));
    for (const std::uint32_t k : {0u, 34u}) {
        expect_blended("it asks for " + std::to_string(k) + " neighbours of 33 vectors",
                       layout({0, 2, 0, 2, 3, 0, 3, 8, k}));
    }
    expect_blended("tensor \"parts.2.vectors\" has 1 blocks where 2", floats("parts.2.vectors", {1, 8, 32}));
    expect_blended("tensor \"parts.2.vectors\" has shape [2, 32, 8] where [any, 8, 32]",
                   floats("parts.2.vectors", {2, 32, 8}));
    expect_blended("tensor \"parts.2.vectors\" holds nan", floats("parts.2.vectors", {2, 8, 32}, NAN));
    expect_blended("tensor \"parts.2.vectors\" holds 2", floats("parts.2.vectors", {2, 8, 32}, 2));
    expect_blended("it asks for 5 neighbours of 0 vectors", floats("parts.2.labels", {0, 2}));
    expect_blended("tensor \"parts.2.labels\" holds -0.5", floats("parts.2.labels", {33, 2}, -0.5f));
    CHECK(refusal_after(floats("parts.2.labels", {33, 2}, NAN), blended_router()).empty());
    expect_blended("tensor \"parts.2.overall\" has shape [3] where [2]", floats("parts.2.overall", {3}));
    expect_blended("tensor \"parts.2.overall\" holds nan", floats("parts.2.overall", {2}, NAN));
    expect_blended("tensor \"parts.2.shrinkage\" holds -1", floats("parts.2.shrinkage", {1}, -1));
    expect_blended("tensor \"calibration.knots\" has fewer than 2", floats("calibration.knots", {2, 1}));
    expect_blended("tensor \"calibration.knots\" has 3 rows where 2", floats("calibration.knots", {3, 2}));
    expect_blended("tensor \"calibration.knots\" holds 1.5", floats("calibration.knots", {2, 2}, 1.5f));
    expect_blended("tensor \"calibration.knots\" falls at element 4", [](RouterParts& parts) {
        parts.set("calibration.knots", {2, 3}, std::vector<float>{0.5f, 0.5f, 1, 0.25f, 0, 1});
    });
}

void test_blocks() {
    const auto model = RouterFile::from_bytes(encode(full_router()))->model();
    CHECK(model.vectors && model.vectors->table.places == 4);
    CHECK(model.surface.size() == surface_count * 5 && model.embedding_size == 3);
    CHECK(!RouterFile::from_bytes(encode(small_router()))->model().vectors);
    const auto floats = [](const char* name, std::size_t rows, std::size_t columns) {
        return [=](RouterParts& parts) {
            parts.set(name, {rows, columns}, std::vector<float>(rows * columns));
        };
    };
    const std::string rows = std::to_string(surface_count) + " are needed";
    expect("tensor \"surface.weights\" has 2 rows where " + rows, floats("surface.weights", 2, 5));
    expect("tensor \"surface.weights\" has shape [2, 4] where [any, 5]", floats("surface.weights", 2, 4));
    expect("tensor \"embedding.weights\" has shape [9, 6] where [any, 5]", floats("embedding.weights", 9, 6));
    const auto units = [](std::size_t rows, std::int16_t value) {
        return [=](RouterParts& parts) {
            parts.set("vectors.rows", {rows, 16}, std::vector<std::int16_t>(rows * 16, value));
        };
    };
    expect("tensor \"vectors.rows\" has 4 rows where 5 are needed", units(4, 0), full_router());
    expect("row 0 of tensor \"vectors.rows\"", units(5, 1), full_router());
    expect(
        "the table of terms has no place",
        [](RouterParts& parts) { parts.set("vectors.tags", std::vector<std::uint32_t>()); }, full_router());
}

void test_damage() {
    for (const RouterParts& parts :
         {small_router(), small_hashing_router(), full_router(), blended_router()}) {
        const Bytes file = encode(parts);
        CHECK(refusal(file).empty());
        for (std::size_t n = 0; n < file.size(); ++n) CHECK(!refusal(std::span(file).first(n)).empty());
        for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
            Bytes bad = file;
            bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1 << bit % 8);
            refusal(bad);
        }
    }
}

}  // namespace

int main() {
    test_good();
    test_metadata();
    test_each_tensor();
    test_numbers();
    test_shapes();
    test_parts();
    test_blocks();
    test_damage();
}
