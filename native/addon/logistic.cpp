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
    std::vector<float> Y, sample_weight, class_weight, init_weights, init_bias;
    std::vector<std::uint8_t> validation;
};

/// Absent or `length` finite numbers.
std::vector<float> read_optional(Napi::Object from, const char* name, std::size_t length) {
    const Napi::Value value = from.Get(name);
    if (value.IsUndefined()) return {};
    auto values = read_finite(value, name);
    expect_length(from.Env(), name, length, values.size());
    return values;
}

std::vector<float> read_optional_weights(Napi::Object from, const char* name, std::size_t length) {
    auto values = read_optional(from, name, length);
    if (std::any_of(values.begin(), values.end(), [](float s) { return s < 0; }))
        fail_range(from.Env(), "weights of at least 0", name, "others");
    return values;
}

void read_arrays(Napi::Object from, std::size_t labels, LogisticInput& input) {
    const auto& X = input.X;
    input.sample_weight = read_optional_weights(from, "sampleWeight", X.rows);
    input.class_weight = read_optional_weights(from, "classWeight", 2 * labels);
    const Napi::Value validation = from.Get("validation");
    if (!validation.IsUndefined()) {
        input.validation = read_array<std::uint8_t>(validation, "validation");
        expect_length(from.Env(), "validation", X.rows, input.validation.size());
    }
    const Napi::Value init = from.Get("init");
    if (init.IsUndefined()) return;
    const Napi::Object start = read_object(init, "init");
    input.init_weights = read_finite(start.Get("weights"), "init.weights");
    expect_length(from.Env(), "init.weights", X.columns * labels, input.init_weights.size());
    input.init_bias = read_finite(start.Get("bias"), "init.bias");
    expect_length(from.Env(), "init.bias", labels, input.init_bias.size());
}

LogisticOptions read_options(Napi::Object from, const LogisticInput& input) {
    return {.C = read_number(from, "C", std::numeric_limits<float>::min(), largest),
            .tol = read_number(from, "tol", 0, 1),
            .max_iter = read_integer(from, "maxIter", 1, 1u << 20),
            .sample_weight = input.sample_weight,
            .l1_ratio = read_number(from, "l1Ratio", 0, 1),
            .class_weight = input.class_weight,
            .init_weights = input.init_weights,
            .init_bias = input.init_bias,
            .validation = input.validation,
            .validation_fraction = read_number(from, "validationFraction", 0, 1),
            .n_iter_no_change = read_integer(from, "nIterNoChange", 1),
            .feature_dropout = read_number(from, "featureDropout", 0, 0.99),
            .seed = read_integer(from, "seed", 0),
            .threads = read_integer(from, "threads", 1, max_threads)};
}

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
    read_arrays(from, labels, *input);
    const LogisticOptions options = read_options(from, *input);
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
