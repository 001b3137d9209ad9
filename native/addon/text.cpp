// words, fitVocabulary, documentFrequency, tfidf.
#include <memory>
#include <optional>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"
#include "pointsman/tfidf.h"
#include "pointsman/vocabulary.h"
#include "pointsman/words.h"

namespace pointsman::addon {
namespace {

/// The columns that an OwnedTerms names.
TermColumns columns_of(const OwnedTerms& terms, std::optional<BuiltTermTable>& built) {
    if (terms.hash_bits != 0) return TermColumns(terms.hash_bits);
    built = build_term_table(terms.list());
    return TermColumns(*built);
}

Napi::Value frequencies(Napi::Env env, const std::vector<std::uint32_t>& frequency) {
    return to_array<Napi::Uint32Array>(env, frequency);
}

}  // namespace

Napi::Value words(const Napi::CallbackInfo& info) {
    if (!info[0].IsString()) fail_type(info.Env(), "a string", "text", info[0]);
    const std::u16string text = info[0].As<Napi::String>().Utf16Value();
    WordCutter cutter(text.size(), read_token_pattern(info[1]));
    std::vector<std::uint64_t> hashes(cutter.most_words() + 1);
    const auto found = cutter.cut(text, hashes.data());
    Napi::Array out = Napi::Array::New(info.Env(), found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::string_view word = cutter.view(found[i]);
        out.Set(static_cast<std::uint32_t>(i), Napi::String::New(info.Env(), word.data(), word.size()));
    }
    return out;
}

Napi::Value fit_vocabulary(const Napi::CallbackInfo& info) {
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    const Napi::Object from = read_object(info[1], "options");
    const VocabularyOptions options{.ngrams = read_ngrams(from),
                                    .min_df = read_integer(from, "minDf", 1),
                                    .max_df = read_number(from, "maxDf", 0, 1),
                                    .max_features = read_integer(from, "maxFeatures", 1)};
    return Task<Vocabulary>::start(
        info.Env(), from.Get("onProgress"),
        [texts, options](const Progress& progress) {
            return pointsman::fit_vocabulary(texts->views(), options, progress);
        },
        [](Napi::Env env, Vocabulary& vocabulary) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("terms", to_array<Napi::Uint8Array>(env, vocabulary.bytes));
            out.Set("offsets", to_array<Napi::Uint32Array>(env, vocabulary.offsets));
            out.Set("documentFrequency", frequencies(env, vocabulary.document_frequency));
            return out;
        });
}

Napi::Value document_frequency(const Napi::CallbackInfo& info) {
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    const Napi::Object from = read_object(info[1], "options");
    const auto terms = std::make_shared<OwnedTerms>(from);
    const NgramOptions ngrams = read_ngrams(from);
    return Task<std::vector<std::uint32_t>>::start(
        info.Env(), from.Get("onProgress"),
        [texts, terms, ngrams](const Progress& progress) {
            std::optional<BuiltTermTable> built;
            return pointsman::document_frequency(texts->views(), columns_of(*terms, built), ngrams, progress);
        },
        [](Napi::Env env, std::vector<std::uint32_t>& frequency) { return frequencies(env, frequency); });
}

Napi::Value tfidf(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    const Napi::Object from = read_object(info[1], "options");
    const auto terms = std::make_shared<OwnedTerms>(from);
    const auto idf = std::make_shared<std::vector<float>>(read_finite(from.Get("idf"), "idf"));
    expect_length(env, "idf", terms->count(), idf->size());
    const TermOptions options = read_term_options(from);
    const std::uint32_t threads = read_integer(from, "threads", 1, max_threads);
    return Task<Csr>::start(
        env, from.Get("onProgress"),
        [texts, terms, idf, options, threads](const Progress& progress) {
            std::optional<BuiltTermTable> built;
            const TermColumns columns = columns_of(*terms, built);
            Threads pool(threads);
            return pointsman::tfidf(texts->views(), columns, options, *idf, pool, progress);
        },
        [](Napi::Env env, Csr& X) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("rows", static_cast<double>(X.rows));
            out.Set("columns", static_cast<double>(X.columns));
            out.Set("indptr", to_array<Napi::Uint32Array>(env, X.indptr));
            out.Set("indices", to_array<Napi::Uint32Array>(env, X.indices));
            out.Set("values", to_array<Napi::Float32Array>(env, X.values));
            return out;
        });
}

}  // namespace pointsman::addon
