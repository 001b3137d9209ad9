// createExactIndex, and the search that it returns.
#include "pointsman/top_k.h"

#include <memory>
#include <string>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/matrix.h"
#include "addon/task.h"

namespace pointsman::addon {
namespace {

constexpr std::uint32_t most_threads = 1024;

Metric read_metric(Napi::Object from) {
    const Napi::Value value = from.Get("metric");
    const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
    if (name == "l2") return Metric::l2;
    if (name == "ip") return Metric::ip;
    if (name == "cosine") return Metric::cosine;
    fail_type(from.Env(), "\"l2\", \"ip\" or \"cosine\"", "metric", value);
}

using Shared = std::shared_ptr<const ExactIndex>;

/// search(queries, { k, threads, onProgress }). A search holds the index until it is done.
Napi::Value search(const Napi::CallbackInfo& info, const Shared& index) {
    const Napi::Env env = info.Env();
    const auto queries = std::make_shared<Dense>(read_dense(info[0], "queries"));
    if (queries->columns != index->columns()) {
        fail_range(env, std::to_string(index->columns()), "queries.columns",
                   std::to_string(queries->columns));
    }
    const Napi::Object from = read_object(info[1], "options");
    const std::size_t k = read_integer(from, "k", 1, static_cast<std::uint32_t>(index->size()));
    const std::size_t threads = read_integer(from, "threads", 1, most_threads);
    return Task<Neighbors>::start(
        env, from.Get("onProgress"),
        [=](const Progress& progress) { return index->search(queries->view(), k, threads, progress); },
        [](Napi::Env env, Neighbors& found) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("indices", to_array<Napi::Uint32Array>(env, found.indices));
            out.Set("distances", to_array<Napi::Float32Array>(env, found.distances));
            return out;
        });
}

}  // namespace

Napi::Value create_exact_index(const Napi::CallbackInfo& info) {
    const auto vectors = std::make_shared<Dense>(read_dense(info[0], "vectors"));
    if (vectors->rows == 0) fail_range(info.Env(), "at least one row", "vectors", "none");
    const Napi::Object from = read_object(info[1], "options");
    const Metric metric = read_metric(from);
    const std::size_t threads = read_integer(from, "threads", 1, most_threads);
    return Task<Shared>::start(
        info.Env(), info.Env().Undefined(),
        [=](const Progress&) { return std::make_shared<const ExactIndex>(vectors->view(), metric, threads); },
        [](Napi::Env env, Shared& index) -> Napi::Value {
            return Napi::Function::New(
                env, [index](const Napi::CallbackInfo& call) { return search(call, index); }, "search");
        });
}

}  // namespace pointsman::addon
