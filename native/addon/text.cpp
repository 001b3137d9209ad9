// words, fitVocabulary, tfidf.
#include "addon/bindings.h"

#include <memory>
#include <utility>

#include "addon/arguments.h"
#include "addon/task.h"
#include "pointsman/vocabulary.h"
#include "pointsman/words.h"

namespace pointsman::addon {

Napi::Value words(const Napi::CallbackInfo& info) {
    if (!info[0].IsString()) fail_type(info.Env(), "a string", "text", info[0]);
    const std::u16string text = info[0].As<Napi::String>().Utf16Value();
    WordCutter cutter(text.size());
    const auto found = cutter.cut(text);
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
    const VocabularyOptions options{.ngrams = read_ngram_range(from),
                                    .min_df = read_integer(from, "minDf", 1),
                                    .max_df = read_number(from, "maxDf", 0, 1),
                                    .max_features = read_integer(from, "maxFeatures", 1)};
    return Task<Vocabulary>::start(
        info.Env(), info.Env().Undefined(),
        [texts, options](const Progress&) { return pointsman::fit_vocabulary(texts->views(), options); },
        [](Napi::Env env, Vocabulary& vocabulary) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("terms", to_array<Napi::Uint8Array>(env, vocabulary.bytes));
            out.Set("offsets", to_array<Napi::Uint32Array>(env, vocabulary.offsets));
            out.Set("documentFrequency", to_array<Napi::Uint32Array>(env, vocabulary.document_frequency));
            return out;
        });
}

Napi::Value tfidf(const Napi::CallbackInfo& info) {
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    const auto features = std::make_shared<OwnedTfidf>(read_object(info[1], "options"));
    return Task<Csr>::start(
        info.Env(), info.Env().Undefined(),
        [texts, features](const Progress&) { return pointsman::tfidf(texts->views(), features->options()); },
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
