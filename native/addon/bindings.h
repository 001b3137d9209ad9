// What the addon exports; src/native.ts has the types.
#pragma once

#include <napi.h>

namespace pointsman::addon {

Napi::Value words(const Napi::CallbackInfo& info);
Napi::Value fit_vocabulary(const Napi::CallbackInfo& info);
Napi::Value document_frequency(const Napi::CallbackInfo& info);
Napi::Value tfidf(const Napi::CallbackInfo& info);
Napi::Value compile_terms(const Napi::CallbackInfo& info);
Napi::Value open_router(const Napi::CallbackInfo& info);
Napi::Value read_router(const Napi::CallbackInfo& info);
Napi::Value router_bytes(const Napi::CallbackInfo& info);
Napi::Value surface_names(const Napi::CallbackInfo& info);
Napi::Value surface(const Napi::CallbackInfo& info);
Napi::Value read_word_vectors(const Napi::CallbackInfo& info);
Napi::Value pool_word_vectors(const Napi::CallbackInfo& info);
Napi::Value fit_logistic(const Napi::CallbackInfo& info);
Napi::Value fit_least_squares(const Napi::CallbackInfo& info);
Napi::Value fit_kmeans(const Napi::CallbackInfo& info);
Napi::Value nearest_centroids(const Napi::CallbackInfo& info);
Napi::Value mini_batch_step(const Napi::CallbackInfo& info);
Napi::Value create_exact_index(const Napi::CallbackInfo& info);
Napi::Value create_scorer(const Napi::CallbackInfo& info);
Napi::Value explain(const Napi::CallbackInfo& info);
Napi::Value create_batch_scorer(const Napi::CallbackInfo& info);

}  // namespace pointsman::addon
