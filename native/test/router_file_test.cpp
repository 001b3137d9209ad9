// Router files that are well formed, and every way in which one can be wrong: refused with a reason that
// names the part, or at least safe to score with.
#include "pointsman/router_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <system_error>
#include <vector>

#include "folder.h"
#include "pointsman/scorer.h"
#include "router_writer.h"

using namespace pointsman;
using test::Bytes;
using test::encode;
using test::Folder;
using test::RouterParts;
using test::small_hashing_router;
using test::small_router;

namespace {

constexpr std::array<std::u16string_view, 4> texts{u"ab cd, ab cd", u"AB", u"", u"zz \u00E9t\u00E9"};

/// Scores and affinities of some texts, all of them numbers.
std::vector<float> scores_of(const RouterFile& file) {
    const ScoringModel& model = file.model();
    Scorer scorer(model, 20);
    std::vector<float> all;
    for (const auto text : texts) {
        std::vector<float> scores(model.models), affinities(model.clusters);
        scorer.score(text, scores.data(), affinities.data());
        all.insert(all.end(), scores.begin(), scores.end());
        all.insert(all.end(), affinities.begin(), affinities.end());
    }
    for (const float score : all) CHECK(!std::isnan(score));
    return all;
}

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
    CHECK(model.models == 2 && model.classifiers == 2 && model.clusters == 3);
    CHECK(model.options.norm == Norm::occurrence && !model.options.sublinear_tf);
    CHECK(model.options.ngrams.words.longest == 2 && !model.options.ngrams.has_chars());
    CHECK(file->info() == R"({"any":"text"})");
    CHECK(std::ranges::equal(file->bytes(), bytes));
    CHECK(file->tensors().find("terms.rows") != nullptr);

    // x of "ab" is 1 at its term: z = bias + weights, a unit of 2 / 32767 apart at most.
    std::vector<float> affinities(3), scores(2);
    CHECK(Scorer(model, 20).score(u"AB", scores.data(), affinities.data()) == 1);
    for (std::size_t j = 0; j < 3; ++j)
        CHECK(
            test::close(affinities[j], model.bias[2 + j] + 2 * std::sin(2. + static_cast<double>(j)), 2e-4));

    const auto hashing = RouterFile::from_bytes(encode(small_hashing_router()));
    CHECK(hashing->model().index.table() == nullptr && hashing->model().index.rows() == 17);
    CHECK(hashing->model().options.ngrams.chars.longest == 3 && hashing->model().options.sublinear_tf);
    CHECK(refusal(encode(small_hashing_router())).empty());
    // Five heads and no clusters: a router of five models.
    CHECK(refusal_after([](RouterParts& parts) { parts.tensors.erase("heads.rates"); }).empty());
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
    expect("it is a router file of version 1 and this Pointsman reads version 2", set("version", "1"));
    expect("it is a router file of version  and", set("version", ""));
    expect("it is a router file of version 33333333333333333333 and",
           set("version", "3333333333333333333333333333333333333333"));
    expect("its metadata has no \"features\"", drop("features"));
    expect("its metadata has no \"router\"", drop("router"));
}

/// Each tensor missing, of another type, of another number of dimensions.
void test_each_tensor() {
    const RouterParts good = small_router();
    for (const auto& [name, part] : good.tensors) {
        const std::string tensor = "tensor \"" + name + "\" ";
        if (name != "heads.rates")
            expect(tensor + "is missing", [&](RouterParts& p) { p.tensors.erase(name); });
        // Of the same size, so that nothing else is wrong.
        const std::string other =
            part.element == 4 ? (part.dtype == "F32" ? "U32" : "F32") : (part.dtype == "I16" ? "U16" : "I16");
        expect(tensor + "is " + other + " where " + part.dtype + " is needed",
               [&](RouterParts& p) { p.tensors[name].dtype = other; });
        expect(tensor + "has " + std::to_string(part.shape.size() + 1) + " dimensions where " +
                   std::to_string(part.shape.size()) + " are needed",
               [&](RouterParts& p) { p.tensors[name].shape.push_back(1); });
        expect(tensor + "has 0 dimensions where", [&](RouterParts& p) {
            p.tensors[name].shape.clear();
            p.tensors[name].bytes.resize(part.element);
        });
    }
}

void test_numbers() {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const char* name : {"heads.bias", "heads.rates", "terms.scales"}) {
        for (const float bad : {std::nanf(""), infinity, -infinity, 1.1e6f, -1.1e6f}) {
            const auto spoil = [&](RouterParts& parts) {
                std::memcpy(parts.tensors[name].bytes.data() + sizeof bad, &bad, sizeof bad);
            };
            const std::string reason = refusal_after(spoil);
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
    expect("it has 5 heads for 0 models and 0 clusters", set("heads.rates", {2, 0}, floats(0)));
    expect("it has 5 heads for 5 models and 1 clusters", set("heads.rates", {1, 5}, floats(5)));
    expect("it has 5 heads for 1 models and 6 clusters", set("heads.rates", {6, 1}, floats(6)));
    expect("it has 5 heads for 3 models and 1 clusters", set("heads.rates", {1, 3}, floats(3)));
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
        parts.tensors.erase("heads.rates");
        parts.set("heads.bias", floats(15));
    });
    // Rates without rows are no clusters: then there must be a head for each model.
    expect("it has 5 heads for 2 models and 0 clusters", set("heads.rates", {0, 2}, floats(0)));
    CHECK(refusal_after(set("heads.rates", {0, 5}, floats(0))).empty());
}

void test_damage() {
    for (const RouterParts& parts : {small_router(), small_hashing_router()}) {
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

int error_of(const std::string& path) {
    try {
        RouterFile::open(path);
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

void test_open() {
    const Folder folder;
    const std::string path = folder.file("a");
    const Bytes bytes = encode(small_router());
    test::write(path, bytes);
    auto file = RouterFile::open(path);
    CHECK(scores_of(*file) == scores_of(*RouterFile::from_bytes(bytes)));
    CHECK(std::ranges::equal(file->bytes(), bytes));
    // One object for all, by whatever name; a copy is another file.
    CHECK(RouterFile::open(path) == file);
    std::filesystem::create_hard_link(path, folder.file("same"));
    std::filesystem::create_symlink(path, folder.file("link"));
    std::filesystem::copy_file(path, folder.file("copy"));
    CHECK(RouterFile::open(folder.file("same")) == file);
    CHECK(RouterFile::open(folder.file("link")) == file);
    CHECK(RouterFile::open(folder.file("copy")) != file);
    // Whoever used the last of it lets it go.
    const std::weak_ptr<const RouterFile> first = file;
    file.reset();
    CHECK(first.expired());
    file = RouterFile::open(path);
    CHECK(file != nullptr);

    // Another file moved over it is opened anew, and the old one goes on.
    const auto before = scores_of(*file);
    test::write(folder.file("b"), encode(small_hashing_router()));
    std::filesystem::rename(folder.file("b"), path);
    const auto next = RouterFile::open(path);
    CHECK(next != file);
    CHECK(next->model().index.table() == nullptr);
    CHECK(RouterFile::open(path) == next);
    CHECK(scores_of(*file) == before);

    CHECK(error_of(folder.file("missing")) == ENOENT);
    CHECK(error_of(folder.file(".")) == EISDIR);
    CHECK(error_of("/dev/zero") == ENODEV);
    // Not taken for the shorter path, though that one is open.
    CHECK(error_of(path + std::string("\0x", 2)) == EINVAL);
    // One that is refused stays out of the list of open files.
    test::write(folder.file("bad"), "not a router");
    for (int i = 0; i < 2; ++i) {
        try {
            RouterFile::open(folder.file("bad"));
            CHECK(!"a text was taken for a router");
        } catch (const FormatError&) {
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
    test_damage();
    test_open();
}
