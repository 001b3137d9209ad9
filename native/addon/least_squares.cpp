// fitLeastSquares.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"
#include "pointsman/least_squares.h"

namespace pointsman::addon {
namespace {

struct LeastSquaresInput {
    std::vector<double> X;
    std::vector<double> Y;
};

/// Rows of `columns` finite numbers.
std::vector<double> read_rows(Napi::Value value, std::string_view name, std::size_t columns) {
    auto values = read_array<double>(value, name);
    if (values.empty() || values.size() % columns != 0) {
        fail_range(value.Env(), "at least one row of " + std::to_string(columns), name,
                   std::to_string(values.size()) + " values");
    }
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    if (bad != values.end()) {
        fail_range(value.Env(), "finite values", name,
                   std::to_string(*bad) + " at " + std::to_string(bad - values.begin()));
    }
    return values;
}

}  // namespace

Napi::Value fit_least_squares(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto input = std::make_shared<LeastSquaresInput>();
    const std::size_t columns = read_integer(info[1], "columns", 1, 1u << 14);
    const std::size_t targets = read_integer(info[3], "targets", 1, 1u << 20);
    input->X = read_rows(info[0], "X", columns);
    input->Y = read_rows(info[2], "Y", targets);
    expect_length(env, "Y", input->X.size() / columns * targets, input->Y.size());
    const Napi::Object from = read_object(info[4], "options");
    const LeastSquaresOptions options{
        .alpha = read_number(from, "alpha", 0, std::numeric_limits<double>::max()),
        .fit_intercept = read_boolean(from, "fitIntercept"),
        .positive = read_boolean(from, "positive"),
        .threads = read_integer(from, "threads", 1, max_threads)};
    return Task<LeastSquaresFit>::start(
        env, from.Get("onProgress"),
        [input, columns, targets, options](const Progress& progress) {
            return pointsman::fit_least_squares(input->X, columns, input->Y, targets, options, progress);
        },
        [](Napi::Env env, LeastSquaresFit& fit) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("weights", to_array<Napi::Float64Array>(env, fit.weights));
            out.Set("bias", to_array<Napi::Float64Array>(env, fit.bias));
            out.Set("residualSquares", to_array<Napi::Float64Array>(env, fit.residual_squares));
            return out;
        });
}

}  // namespace pointsman::addon
