#include <napi.h>

#include <string>

#include "addon/bindings.h"
#include "simd/kernels.h"

namespace pointsman::addon {
namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
    exports.Set("simd", std::string(kernels().name));
    const auto set = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
        exports.Set(name, Napi::Function::New(env, function, name));
    };
    set("words", words);
    set("fitVocabulary", fit_vocabulary);
    set("documentFrequency", document_frequency);
    set("tfidf", tfidf);
    set("fitLogistic", fit_logistic);
    set("fitLeastSquares", fit_least_squares);
    set("fitKMeans", fit_kmeans);
    set("nearestCentroids", nearest_centroids);
    set("miniBatchStep", mini_batch_step);
    set("createExactIndex", create_exact_index);
    set("surfaceNames", surface_names);
    set("surface", surface);
    set("readWordVectors", read_word_vectors);
    set("poolWordVectors", pool_word_vectors);
    set("compileTerms", compile_terms);
    set("openRouter", open_router);
    set("readRouter", read_router);
    set("routerBytes", router_bytes);
    set("explain", explain);
    set("createScorer", create_scorer);
    set("createBatchScorer", create_batch_scorer);
    return exports;
}

}  // namespace

NODE_API_MODULE(pointsman, init)

}  // namespace pointsman::addon
