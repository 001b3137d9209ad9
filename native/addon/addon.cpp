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
    exports.Set("fitLogistic", Napi::Function::New(env, fit_logistic, "fitLogistic"));
    exports.Set("fitKMeans", Napi::Function::New(env, fit_kmeans, "fitKMeans"));
    exports.Set("nearestCentroids", Napi::Function::New(env, nearest_centroids, "nearestCentroids"));
    exports.Set("miniBatchStep", Napi::Function::New(env, mini_batch_step, "miniBatchStep"));
    exports.Set("createExactIndex", Napi::Function::New(env, create_exact_index, "createExactIndex"));
    exports.Set("createScorer", Napi::Function::New(env, create_scorer, "createScorer"));
    return exports;
}

}  // namespace

NODE_API_MODULE(pointsman, init)

}  // namespace pointsman::addon
