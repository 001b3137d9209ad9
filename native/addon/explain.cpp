// explain: why a text has the scores it has.
#include "pointsman/explain.h"

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/router.h"

namespace pointsman::addon {
namespace {

Napi::Array list_clusters(Napi::Env env, const Explanation& explanation) {
    Napi::Array out = Napi::Array::New(env, explanation.clusters.size());
    for (std::uint32_t i = 0; i < out.Length(); ++i) {
        const auto& [part, cluster, share] = explanation.clusters[i];
        Napi::Object entry = Napi::Object::New(env);
        entry.Set("part", static_cast<double>(part));
        entry.Set("cluster", static_cast<double>(cluster));
        entry.Set("share", share);
        out.Set(i, entry);
    }
    return out;
}

Napi::Array list_neighbors(Napi::Env env, const Explanation& explanation) {
    Napi::Array out = Napi::Array::New(env, explanation.neighbors.size());
    for (std::uint32_t i = 0; i < out.Length(); ++i) {
        const auto& [part, row, cosine] = explanation.neighbors[i];
        Napi::Object entry = Napi::Object::New(env);
        entry.Set("part", static_cast<double>(part));
        entry.Set("row", static_cast<double>(row));
        entry.Set("cosine", cosine);
        out.Set(i, entry);
    }
    return out;
}

Napi::Array list_terms(Napi::Env env, const Explanation& explanation) {
    Napi::Array out = Napi::Array::New(env, explanation.terms.size());
    for (std::uint32_t i = 0; i < out.Length(); ++i) out.Set(i, explanation.terms[i]);
    return out;
}

}  // namespace

/// explain(router, text, embedding) -> { terms, effects, surface, known, total, clusters, neighbors }
Napi::Value explain(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const SharedRouter router = read_router_handle(info[0]);
    if (!info[1].IsString()) fail_type(env, "a string", "text", info[1]);
    const std::u16string text = info[1].As<Napi::String>().Utf16Value();
    if (text.size() > max_text_units)
        fail_range(env, "at most 2^26 units", "text", std::to_string(text.size()));
    std::vector<float> embedding;
    if (router->model().embedding_size > 0) {
        embedding = read_finite(info[2], "embedding");
        expect_length(env, "embedding", router->model().embedding_size, embedding.size());
    }
    const Explanation explanation =
        pointsman::explain(router->model(), text, embedding.empty() ? nullptr : embedding.data());
    Napi::Object out = Napi::Object::New(env);
    out.Set("terms", list_terms(env, explanation));
    out.Set("effects", to_array<Napi::Float32Array>(env, explanation.effects));
    out.Set("surface", to_array<Napi::Float32Array>(env, explanation.surface));
    out.Set("known", static_cast<double>(explanation.count.known));
    out.Set("total", static_cast<double>(explanation.count.total));
    out.Set("clusters", list_clusters(env, explanation));
    out.Set("neighbors", list_neighbors(env, explanation));
    return out;
}

}  // namespace pointsman::addon
