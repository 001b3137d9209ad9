// openRouter, readRouter: a router file as a handle.
#include "addon/router.h"

#include <string>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"

namespace pointsman::addon {
namespace {

using Handle = Napi::External<SharedRouter>;

/// Tells our handles from those of other addons.
constexpr napi_type_tag tag{0x7d2f4a1b9c3e5866, 0xb1a0c9d8e7f60514};

/// { handle, info, features, models, clusters, embeddingSize }
Napi::Value describe(Napi::Env env, SharedRouter router) {
    Napi::Object out = Napi::Object::New(env);
    out.Set("info", std::string(router->info()));
    out.Set("features", std::string(router->tensors().metadata("features").value_or("")));
    out.Set("models", static_cast<double>(router->model().models));
    out.Set("clusters", static_cast<double>(router->model().clusters()));
    out.Set("embeddingSize", static_cast<double>(router->model().embedding_size));
    auto owned = std::make_unique<SharedRouter>(std::move(router));
    Handle handle = Handle::New(env, owned.get(), [](Napi::Env, SharedRouter* ours) { delete ours; });
    owned.release();
    handle.TypeTag(&tag);
    out.Set("handle", handle);
    return out;
}

}  // namespace

SharedRouter read_router_handle(Napi::Value value) {
    if (!value.IsExternal()) fail_type(value.Env(), "an open router", "router", value);
    const auto handle = value.As<Handle>();
    if (!handle.CheckTypeTag(&tag)) fail_type(value.Env(), "an open router", "router", value);
    return *handle.Data();
}

Napi::Value open_router(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (!info[0].IsString()) fail_type(env, "a string", "path", info[0]);
    const std::string path = info[0].As<Napi::String>().Utf8Value();
    return Task<SharedRouter>::start(
        env, env.Undefined(), [path](const Progress&) { return RouterFile::open(path); },
        [](Napi::Env env, SharedRouter& router) { return describe(env, std::move(router)); });
}

Napi::Value read_router(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto bytes = read_array<std::uint8_t>(info[0], "bytes");
    try {
        return describe(env, RouterFile::from_bytes(bytes));
    } catch (const FormatError& error) {
        throw Napi::RangeError::New(env, error.what());
    }
}

Napi::Value router_bytes(const Napi::CallbackInfo& info) {
    const SharedRouter router = read_router_handle(info[0]);
    const auto bytes = router->bytes();
    Napi::Uint8Array out = Napi::Uint8Array::New(info.Env(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), out.Data());
    return out;
}

}  // namespace pointsman::addon
