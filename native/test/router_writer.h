// Router files of a few terms, written from parts that a test may spoil one by one.
#pragma once

#include <array>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pointsman/ngrams.h"
#include "pointsman/router_file.h"
#include "pointsman/scorer.h"
#include "pointsman/surface.h"
#include "safetensors_file.h"

namespace pointsman::test {

struct WrittenTensor {
    std::string dtype;
    std::size_t element;
    std::vector<std::size_t> shape;
    std::vector<std::uint8_t> bytes;
};

template <typename T>
WrittenTensor tensor(std::vector<std::size_t> shape, const std::vector<T>& values) {
    const char* dtype = *dtype_of<T> == Dtype::f32   ? "F32"
                        : *dtype_of<T> == Dtype::u32 ? "U32"
                        : *dtype_of<T> == Dtype::i16 ? "I16"
                                                     : "U16";
    WrittenTensor out{dtype, sizeof(T), std::move(shape),
                      std::vector<std::uint8_t>(values.size() * sizeof(T))};
    // Source and destination of no bytes may be null, which memcpy must not be given.
    if (!values.empty()) std::memcpy(out.bytes.data(), values.data(), out.bytes.size());
    return out;
}

struct RouterParts {
    std::map<std::string, std::string> metadata;
    std::map<std::string, WrittenTensor> tensors;

    template <typename T>
    void set(const std::string& name, std::vector<std::size_t> shape, const std::vector<T>& values) {
        tensors[name] = tensor(std::move(shape), values);
    }
    template <typename T>
    void set(const std::string& name, const std::vector<T>& values) {
        set(name, {values.size()}, values);
    }
};

inline std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
    return out.append(1, '"');
}

/// Widest elements first, so that all are aligned.
inline Bytes encode(const RouterParts& parts) {
    std::string header;
    for (const auto& [key, value] : parts.metadata)
        header.append(header.empty() ? "" : ",").append(quoted(key)).append(1, ':').append(quoted(value));
    header = "{\"__metadata__\":{" + header + "}";
    std::vector<std::uint8_t> data;
    for (const std::size_t element : {4u, 2u}) {
        for (const auto& [name, part] : parts.tensors) {
            if (part.element != element) continue;
            std::string shape;
            for (const std::size_t n : part.shape)
                shape.append(shape.empty() ? "" : ",").append(std::to_string(n));
            const std::size_t begin = data.size();
            data.insert(data.end(), part.bytes.begin(), part.bytes.end());
            header += "," + quoted(name) + ":{\"dtype\":\"" + part.dtype + "\",\"shape\":[" + shape +
                      "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(data.size()) +
                      "]}";
        }
    }
    Bytes file = file_of(header + "}", data.size());
    std::copy(data.begin(), data.end(), file.end() - static_cast<std::ptrdiff_t>(data.size()));
    return file;
}

/// Two models, their classifiers, and three clusters; terms "ab", "cd" and "ab cd".
inline RouterParts small_router() {
    constexpr std::size_t heads = 5;
    const std::vector<float> idf{1, 1.5f, 2};
    std::vector<float> weights(idf.size() * heads);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 2 * std::sin(static_cast<float>(i));
    const BuiltTermTable table =
        build_term_table(std::vector{hash_term("ab"), hash_term("cd"), hash_term("ab cd")});
    const std::size_t count = 1 + table.tags.size();
    const Rows rows = compile_rows(count, table.place_of_term, idf, weights, heads);
    RouterParts parts{{{"format", "pointsman-router"},
                       {"version", "3"},
                       {"features", R"({"words":[1,2],"sublinear_tf":false,"norm":"occurrence"})"},
                       {"router", R"({"any":"text"})"}},
                      {}};
    parts.set("heads.bias", std::vector<float>{0.5f, -0.5f, -1, -2, -3});
    parts.set("parts.layout", {2, 3}, std::vector<std::uint32_t>{0, 2, 0, 1, 3, 0});
    parts.set("parts.weights", {2, 2}, std::vector<float>{0.75f, 0.5f, 0.25f, 0.5f});
    parts.set("parts.1.rates", {3, 2}, std::vector<float>{0, 0.1f, 0.2f, 0.3f, 0.4f, 1});
    parts.set("terms.multipliers", table.multipliers);
    parts.set("terms.tags", table.tags);
    parts.set("terms.rows", {count, rows.stride}, rows.rows);
    parts.set("terms.scales", rows.scales);
    return parts;
}

/// The same with all blocks of features there are: word vectors, surface features, an embedding of three
/// numbers.
inline RouterParts full_router() {
    RouterParts parts = small_router();
    for (const char* name : {"multipliers", "tags", "rows", "scales"})
        parts.tensors[std::string("vectors.") + name] = parts.tensors[std::string("terms.") + name];
    parts.set("surface.weights", {surface_count, 5}, std::vector<float>(5 * surface_count, 0.25f));
    parts.set("surface.means", std::vector<float>(surface_count, 0.125f));
    parts.set("embedding.weights", {3, 5}, std::vector<float>(15, -0.5f));
    return parts;
}

/// The small one with the hashing trick: 2^4 buckets, weights of one unit.
inline RouterParts small_hashing_router() {
    RouterParts parts = small_router();
    parts.metadata["features"] =
        R"({"words":[1,1],"chars":[2,3],"hash_bits":4,"sublinear_tf":true,"norm":"l2"})";
    parts.tensors.erase("terms.multipliers");
    parts.tensors.erase("terms.tags");
    std::vector<std::int16_t> rows(17 * 16, 1);
    std::fill_n(rows.begin(), 16, std::int16_t{0});
    parts.set("terms.rows", {17, 16}, rows);
    parts.set("terms.scales", std::vector<float>(16, 1));
    return parts;
}

inline constexpr std::array<std::u16string_view, 4> scored_texts{u"ab cd, ab cd", u"AB", u"",
                                                                 u"zz \u00E9t\u00E9"};

/// Scores and affinities of some texts, all of them numbers.
inline std::vector<float> scores_of(const RouterFile& file) {
    const ScoringModel& model = file.model();
    Scorer scorer(model, 20);
    const std::vector<float> embedding(model.embedding_size, 1);
    std::vector<float> all;
    for (const auto text : scored_texts) {
        std::vector<float> scores(model.models), affinities(model.clusters());
        scorer.score(text, scores.data(), affinities.data(), embedding.data());
        all.insert(all.end(), scores.begin(), scores.end());
        all.insert(all.end(), affinities.begin(), affinities.end());
    }
    for (const float score : all) CHECK(!std::isnan(score));
    return all;
}

}  // namespace pointsman::test
