// fitLogistic.
#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"
#include "pointsman/logistic.h"

namespace pointsman::addon {
namespace {

constexpr double largest = std::numeric_limits<float>::max();

struct LogisticInput {
    Csr X;
    std::vector<float> Y;
    std::vector<float> sample_weight;
};

}  // namespace

Napi::Value fit_logistic(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto input = std::make_shared<LogisticInput>();
    input->X = read_csr(info[0], "X");
    input->Y = read_array<float>(info[1], "Y");
    const std::size_t labels = read_integer(info[2], "labels", 1, 1u << 20);
    const Napi::Object from = read_object(info[3], "options");
    expect_length(env, "Y", input->X.rows * labels, input->Y.size());
    // Written so that NaN, which means unknown, passes.
    if (std::any_of(input->Y.begin(), input->Y.end(), [](float y) { return y < 0 || y > 1; })) {
        fail_range(env, "targets from 0 to 1, or NaN,", "Y", "others");
    }
    const Napi::Value weights = from.Get("sampleWeight");
    if (!weights.IsUndefined()) {
        input->sample_weight = read_finite(weights, "sampleWeight");
        expect_length(env, "sampleWeight", input->X.rows, input->sample_weight.size());
        if (std::any_of(input->sample_weight.begin(), input->sample_weight.end(),
                        [](float s) { return s < 0; })) {
            fail_range(env, "weights of at least 0", "sampleWeight", "others");
        }
    }
    LogisticOptions options{.C = read_number(from, "C", std::numeric_limits<float>::min(), largest),
                            .tol = read_number(from, "tol", 0, 1),
                            .max_iter = read_integer(from, "maxIter", 1, 1u << 20),
                            .sample_weight = input->sample_weight};
    return Task<LogisticFit>::start(
        env, from.Get("onProgress"),
        [input, labels, options](const Progress& progress) {
            return pointsman::fit_logistic(input->X.view(), input->Y, labels, options, progress);
        },
        [](Napi::Env env, LogisticFit& fit) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("weights", to_array<Napi::Float32Array>(env, fit.weights));
            out.Set("bias", to_array<Napi::Float32Array>(env, fit.bias));
            out.Set("iterations", fit.iterations);
            out.Set("objective", to_array<Napi::Float64Array>(env, fit.objective));
            return out;
        });
}

}  // namespace pointsman::addon
