// readWordVectors, poolWordVectors.
#include "pointsman/word_vectors.h"

#include <fstream>
#include <memory>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"

namespace pointsman::addon {
namespace {

/// terms, offsets, vectors and dimensions.
struct OwnedWordVectors {
    explicit OwnedWordVectors(Napi::Object from)
        : bytes(read_array<std::uint8_t>(from.Get("terms"), "terms")),
          offsets(read_array<std::uint32_t>(from.Get("offsets"), "offsets")),
          vectors(read_finite(from.Get("vectors"), "vectors")),
          dimensions(read_integer(from, "dimensions", 1, WordVectors::max_dimensions)) {
        const Napi::Env env = from.Env();
        if (offsets.empty() || offsets.front() != 0 || offsets.back() != bytes.size() ||
            !std::is_sorted(offsets.begin(), offsets.end())) {
            fail_range(env, "ascending offsets from 0 to " + std::to_string(bytes.size()), "offsets",
                       "others");
        }
        expect_length(env, "vectors", (offsets.size() - 1) * dimensions, vectors.size());
    }

    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> offsets;
    std::vector<float> vectors;
    std::size_t dimensions;
};

WordVectors read_file(const std::string& path, std::size_t max_words, const Progress& progress) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("the file cannot be opened");
    return pointsman::read_word_vectors(in, max_words, progress);
}

}  // namespace

Napi::Value read_word_vectors(const Napi::CallbackInfo& info) {
    if (!info[0].IsString()) fail_type(info.Env(), "a string", "file", info[0]);
    const std::string file = info[0].As<Napi::String>().Utf8Value();
    const Napi::Object from = read_object(info[1], "options");
    const std::size_t max_words =
        read_integer(from, "maxWords", 1, static_cast<std::uint32_t>(TermTable::max_terms));
    return Task<WordVectors>::start(
        info.Env(), from.Get("onProgress"),
        [file, max_words](const Progress& progress) { return read_file(file, max_words, progress); },
        [](Napi::Env env, WordVectors& found) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("terms", to_array<Napi::Uint8Array>(env, found.bytes));
            out.Set("offsets", to_array<Napi::Uint32Array>(env, found.offsets));
            out.Set("vectors", to_array<Napi::Float32Array>(env, found.vectors));
            out.Set("dimensions", static_cast<double>(found.dimensions));
            out.Set("repeated", static_cast<double>(found.repeated));
            out.Set("skipped", static_cast<double>(found.skipped));
            return out;
        });
}

Napi::Value pool_word_vectors(const Napi::CallbackInfo& info) {
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    const auto words = std::make_shared<OwnedWordVectors>(read_object(info[1], "wordVectors"));
    return Task<std::vector<float>>::start(
        info.Env(), info.Env().Undefined(),
        [texts, words](const Progress&) {
            return pointsman::pool_word_vectors(texts->views(), {words->bytes, words->offsets},
                                                words->vectors, words->dimensions);
        },
        [](Napi::Env env, std::vector<float>& pooled) -> Napi::Value {
            return to_array<Napi::Float32Array>(env, pooled);
        });
}

}  // namespace pointsman::addon
