// surfaceNames, surface.
#include "pointsman/surface.h"

#include <memory>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"

namespace pointsman::addon {

Napi::Value surface_names(const Napi::CallbackInfo& info) {
    Napi::Array out = Napi::Array::New(info.Env(), surface_count);
    const auto names = pointsman::surface_names();
    for (std::uint32_t i = 0; i < surface_count; ++i) out.Set(i, std::string(names[i]));
    return out;
}

Napi::Value surface(const Napi::CallbackInfo& info) {
    const auto texts = std::make_shared<Texts>(info[0], "texts");
    return Task<std::vector<float>>::start(
        info.Env(), info.Env().Undefined(),
        [texts](const Progress&) { return surface_matrix(texts->views()); },
        [](Napi::Env env, std::vector<float>& features) -> Napi::Value {
            return to_array<Napi::Float32Array>(env, features);
        });
}

}  // namespace pointsman::addon
