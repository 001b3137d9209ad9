#include "addon/matrix.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "addon/arguments.h"

namespace pointsman::addon {

Dense read_dense(Napi::Value value, std::string_view name) {
    const Napi::Env env = value.Env();
    const Napi::Object object = read_object(value, name);
    const auto part = [&](const char* field) { return std::string(name) + "." + field; };
    Dense X{.rows = read_integer(object.Get("rows"), part("rows"), 0),
            .columns = read_integer(object.Get("columns"), part("columns"), 1),
            .values = {}};
    const Napi::Value values = object.Get("values");
    if (!values.IsTypedArray() || values.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
        fail_type(env, "a Float32Array", part("values"), values);
    }
    const auto array = values.As<Napi::Float32Array>();
    expect_length(env, part("values"), X.rows * X.columns, array.ElementLength());
    X.values.assign(array.Data(), array.Data() + array.ElementLength());
    // Written so that NaN is refused.
    const auto bad = std::find_if(X.values.begin(), X.values.end(),
                                  [](float x) { return !(std::abs(x) <= largest_dense); });
    if (bad != X.values.end()) {
        fail_range(env, "finite values from -1e15 to 1e15", part("values"),
                   std::to_string(*bad) + " at " + std::to_string(bad - X.values.begin()));
    }
    return X;
}

OwnedMatrix read_matrix(Napi::Value value, std::string_view name) {
    const bool is_sparse = read_object(value, name).Has("indptr");
    OwnedMatrix X = is_sparse ? OwnedMatrix(read_csr(value, name)) : OwnedMatrix(read_dense(value, name));
    if (rows(X) == 0) fail_range(value.Env(), "at least one row", name, "none");
    return X;
}

}  // namespace pointsman::addon
