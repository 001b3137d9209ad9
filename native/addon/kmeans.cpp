// fitKMeans, nearestCentroids and miniBatchStep.
#include "pointsman/kmeans.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/matrix.h"
#include "addon/task.h"

namespace pointsman::addon {
namespace {

constexpr double largest = std::numeric_limits<float>::max();
constexpr std::uint32_t most_threads = 1024;

struct KMeansInput {
    OwnedMatrix X;
    std::vector<float> centroids;
};

KMeansInit read_init(Napi::Object from) {
    const Napi::Value init = from.Get("init");
    if (init.IsTypedArray()) return KMeansInit::given;
    const std::string name = init.IsString() ? init.As<Napi::String>().Utf8Value() : "";
    if (name == "k-means++") return KMeansInit::plus_plus;
    if (name == "random") return KMeansInit::random;
    fail_type(from.Env(), "\"k-means++\", \"random\" or a Float32Array", "init", init);
}

/// [clusters x columns of X]
std::vector<float> read_centroids(Napi::Value value, std::string_view name, std::size_t clusters,
                                  const OwnedMatrix& X) {
    auto centroids = read_finite(value, name);
    expect_length(value.Env(), name, clusters * columns(X), centroids.size());
    return centroids;
}

std::vector<double> read_counts(Napi::Value value, std::size_t clusters) {
    constexpr std::string_view name = "state.counts";
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
        fail_type(value.Env(), "a Float64Array", name, value);
    }
    const auto array = value.As<Napi::Float64Array>();
    expect_length(value.Env(), name, clusters, array.ElementLength());
    std::vector<double> counts(array.Data(), array.Data() + clusters);
    if (!std::all_of(counts.begin(), counts.end(), [](double n) { return n >= 0 && n <= largest; })) {
        fail_range(value.Env(), "finite counts of at least 0", name, "others");
    }
    return counts;
}

std::uint32_t read_clusters(Napi::Object from, const OwnedMatrix& X) {
    return read_integer(from, "clusters", 1, static_cast<std::uint32_t>(rows(X)));
}

}  // namespace

Napi::Value fit_kmeans(const Napi::CallbackInfo& info) {
    const auto input = std::make_shared<KMeansInput>();
    input->X = read_matrix(info[0], "X");
    const Napi::Object from = read_object(info[1], "options");
    KMeansOptions options{.clusters = read_clusters(from, input->X),
                          .n_init = read_integer(from, "nInit", 1),
                          .max_iter = read_integer(from, "maxIter", 1),
                          .tol = read_number(from, "tol", 0, largest),
                          .seed = read_integer(from, "seed", 0),
                          .init = read_init(from),
                          .threads = read_integer(from, "threads", 1, most_threads)};
    if (options.init == KMeansInit::given) {
        input->centroids = read_centroids(from.Get("init"), "init", options.clusters, input->X);
        options.centroids = input->centroids;
    }
    return Task<KMeansFit>::start(
        info.Env(), from.Get("onProgress"),
        [input, options](const Progress& progress) {
            return pointsman::fit_kmeans(view(input->X), options, progress);
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

Napi::Value nearest_centroids(const Napi::CallbackInfo& info) {
    const auto input = std::make_shared<KMeansInput>();
    input->X = read_matrix(info[0], "X");
    const std::size_t clusters = read_integer(info[2], "clusters", 1);
    input->centroids = read_centroids(info[1], "centroids", clusters, input->X);
    const std::size_t threads = read_integer(info[3], "threads", 1, most_threads);
    return Task<KMeansLabels>::start(
        info.Env(), info.Env().Undefined(),
        [=](const Progress&) {
            return pointsman::nearest_centroids(view(input->X), input->centroids, clusters, threads);
        },
        [](Napi::Env env, KMeansLabels& nearest) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("labels", to_array<Napi::Uint32Array>(env, nearest.labels));
            out.Set("distances", to_array<Napi::Float32Array>(env, nearest.distances));
            return out;
        });
}

Napi::Value mini_batch_step(const Napi::CallbackInfo& info) {
    const auto X = std::make_shared<OwnedMatrix>(read_matrix(info[0], "X"));
    const Napi::Object from = read_object(info[1], "options");
    const std::uint64_t seed = read_integer(from, "seed", 0);
    const std::uint64_t step = read_integer(from, "step", 0);
    const std::size_t threads = read_integer(from, "threads", 1, most_threads);
    const auto state = std::make_shared<MiniBatchState>();
    const bool is_first = info[2].IsUndefined();
    const std::size_t clusters = is_first ? read_clusters(from, *X) : read_integer(from, "clusters", 1);
    if (!is_first) {
        const Napi::Object before = read_object(info[2], "state");
        state->centroids = read_centroids(before.Get("centroids"), "state.centroids", clusters, *X);
        state->counts = read_counts(before.Get("counts"), clusters);
        state->since_reassignment = read_number(before, "sinceReassignment", 0, largest);
    }
    return Task<MiniBatchState>::start(
        info.Env(), info.Env().Undefined(),
        [=](const Progress&) {
            pointsman::mini_batch_step(view(*X), clusters, seed << 32 | step, threads, *state);
            return std::move(*state);
        },
        [](Napi::Env env, MiniBatchState& after) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("centroids", to_array<Napi::Float32Array>(env, after.centroids));
            out.Set("counts", to_array<Napi::Float64Array>(env, after.counts));
            out.Set("sinceReassignment", after.since_reassignment);
            return out;
        });
}

}  // namespace pointsman::addon
