#include <napi.h>

#include <string>

#include "addon/bindings.h"
#include "simd/kernels.h"

namespace pointsman::addon {
namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
    exports.Set("simd", std::string(kernels().name));
    exports.Set("words", Napi::Function::New(env, words, "words"));
    exports.Set("fitVocabulary", Napi::Function::New(env, fit_vocabulary, "fitVocabulary"));
    exports.Set("tfidf", Napi::Function::New(env, tfidf, "tfidf"));
    exports.Set("surfaceNames", Napi::Function::New(env, surface_names, "surfaceNames"));
    exports.Set("surface", Napi::Function::New(env, surface, "surface"));
    exports.Set("readWordVectors", Napi::Function::New(env, read_word_vectors, "readWordVectors"));
    exports.Set("poolWordVectors", Napi::Function::New(env, pool_word_vectors, "poolWordVectors"));
    exports.Set("fitLogistic", Napi::Function::New(env, fit_logistic, "fitLogistic"));
    exports.Set("fitKMeans", Napi::Function::New(env, fit_kmeans, "fitKMeans"));
    exports.Set("createScorer", Napi::Function::New(env, create_scorer, "createScorer"));
    return exports;
}

}  // namespace

NODE_API_MODULE(pointsman, init)

}  // namespace pointsman::addon
