// fitKMeans.
#include <limits>
#include <memory>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"
#include "pointsman/kmeans.h"

namespace pointsman::addon {
namespace {

constexpr double largest = std::numeric_limits<float>::max();

}  // namespace

Napi::Value fit_kmeans(const Napi::CallbackInfo& info) {
    const auto X = std::make_shared<Csr>(read_csr(info[0], "X"));
    const Napi::Object from = read_object(info[1], "options");
    if (X->rows == 0) fail_range(info.Env(), "at least one row", "X", "none");
    const KMeansOptions options{
        .clusters = read_integer(from, "clusters", 1, static_cast<std::uint32_t>(X->rows)),
        .n_init = read_integer(from, "nInit", 1),
        .max_iter = read_integer(from, "maxIter", 1),
        .tol = read_number(from, "tol", 0, largest),
        .seed = read_integer(from, "seed", 0)};
    return Task<KMeansFit>::start(
        info.Env(), from.Get("onProgress"),
        [X, options](const Progress& progress) {
            return pointsman::fit_kmeans(X->view(), options, progress);
        },
        [](Napi::Env env, KMeansFit& fit) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("centroids", to_array<Napi::Float32Array>(env, fit.centroids));
            out.Set("labels", to_array<Napi::Uint32Array>(env, fit.labels));
            out.Set("inertia", fit.inertia);
            out.Set("iterations", fit.iterations);
            return out;
        });
}

}  // namespace pointsman::addon
