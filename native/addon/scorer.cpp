// createScorer, and the hot calls that it returns. Those use the C Node-API: the wrappers of node-addon-api
// cost more than the scoring of a short text.
#include "pointsman/scorer.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/router.h"

namespace pointsman::addon {
namespace {

/// Memory that both sides write and read: it lives until the last of them lets go, so that the hot call need
/// not ask whether JavaScript has transferred its buffer away.
template <typename T>
using Shared = std::shared_ptr<std::vector<T>>;

template <typename T>
Napi::TypedArrayOf<T> expose(Napi::Env env, const Shared<T>& numbers) {
    const std::size_t size = numbers->size();
    if (size == 0) return Napi::TypedArrayOf<T>::New(env, 0);
    auto keep = std::make_unique<Shared<T>>(numbers);
    auto buffer = Napi::ArrayBuffer::New(
        env, numbers->data(), size * sizeof(T), [](Napi::Env, void*, Shared<T>* owned) { delete owned; },
        keep.get());
    keep.release();
    return Napi::TypedArrayOf<T>::New(env, size, buffer, 0);
}

class BoundScorer {
public:
    BoundScorer(SharedRouter router, std::size_t max_units)
        : router_(std::move(router)),
          scorer_(router_->model(), max_units),
          units_(std::make_unique_for_overwrite<char16_t[]>(max_units + 1)),
          scores_(std::make_shared<std::vector<float>>(router_->model().models)),
          affinities_(std::make_shared<std::vector<float>>(router_->model().clusters())),
          total_(std::make_shared<std::vector<std::uint32_t>>(1)) {}

    const Shared<float>& scores() const { return scores_; }
    const Shared<float>& affinities() const { return affinities_; }
    const Shared<std::uint32_t>& total() const { return total_; }

    /// score(text, embedding) -> known n-grams; writes how many there are in total. The embedding is read
    /// only where the router has a use for it.
    static napi_value score(napi_env env, napi_callback_info info) {
        napi_value arguments[2];
        BoundScorer* self = read_call<2>(env, info, arguments);
        std::size_t length;
        if (self == nullptr || !self->copy(env, arguments[0], length)) return nullptr;
        const float* embedding = nullptr;
        const std::size_t size = self->router_->model().embedding_size;
        if (size > 0 && !read_embedding(env, arguments[1], size, embedding)) return nullptr;
        float* affinities = self->affinities_->empty() ? nullptr : self->affinities_->data();
        const TermCount count =
            self->scorer_.score({self->units_.get(), length}, self->scores_->data(), affinities, embedding);
        self->total_->front() = static_cast<std::uint32_t>(count.total);
        return number(env, count.known);
    }

    /// runTo(text, stage) -> some number; stage 0 copies the text only.
    static napi_value run_to(napi_env env, napi_callback_info info) {
        napi_value arguments[2];
        BoundScorer* self = read_call<2>(env, info, arguments);
        std::size_t length;
        std::uint32_t stage;
        if (self == nullptr || !self->copy(env, arguments[0], length)) return nullptr;
        if (napi_get_value_uint32(env, arguments[1], &stage) != napi_ok || stage > 3) {
            napi_throw_range_error(env, nullptr, "Expected a whole number from 0 to 3 for stage.");
            return nullptr;
        }
        if (stage == 0) return number(env, length);
        return number(env, self->scorer_.run_to(static_cast<Stage>(stage - 1), {self->units_.get(), length}));
    }

private:
    template <std::size_t expected>
    static BoundScorer* read_call(napi_env env, napi_callback_info info, napi_value* arguments) {
        std::size_t count = expected;
        void* self;
        if (napi_get_cb_info(env, info, &count, arguments, nullptr, &self) != napi_ok) return nullptr;
        return static_cast<BoundScorer*>(self);
    }

    static napi_value number(napi_env env, std::size_t value) {
        napi_value result;
        return napi_create_uint32(env, static_cast<std::uint32_t>(value), &result) == napi_ok ? result
                                                                                              : nullptr;
    }

    static bool read_embedding(napi_env env, napi_value value, std::size_t size, const float*& numbers) {
        napi_typedarray_type type;
        std::size_t length;
        void* data;
        if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) == napi_ok &&
            type == napi_float32_array && length == size) {
            numbers = static_cast<const float*>(data);
            if (std::all_of(numbers, numbers + size, [](float x) { return std::isfinite(x); })) return true;
        }
        const std::string text =
            "Expected a Float32Array of " + std::to_string(size) + " finite numbers for embedding.";
        napi_throw_type_error(env, nullptr, text.c_str());
        return false;
    }

    /// Reads up to max_units; the caller has shortened a longer text.
    bool copy(napi_env env, napi_value text, std::size_t& length) {
        const std::size_t room = scorer_.max_units() + 1;
        if (napi_get_value_string_utf16(env, text, units_.get(), room, &length) == napi_ok) return true;
        napi_throw_type_error(env, nullptr, "Expected a string for text.");
        return false;
    }

    SharedRouter router_;
    Scorer scorer_;
    std::unique_ptr<char16_t[]> units_;
    Shared<float> scores_;
    Shared<float> affinities_;
    Shared<std::uint32_t> total_;
};

Napi::Function bind(Napi::Env env, napi_callback call, const char* name,
                    const std::shared_ptr<BoundScorer>& scorer) {
    napi_value function;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, scorer.get(), &function) != napi_ok)
        throw Napi::Error::New(env);
    // The function owns its part of the scorer.
    auto keep = std::make_unique<std::shared_ptr<BoundScorer>>(scorer);
    Napi::Function out(env, function);
    out.AddFinalizer([](Napi::Env, std::shared_ptr<BoundScorer>* owned) { delete owned; }, keep.get());
    keep.release();
    return out;
}

}  // namespace

Napi::Value create_scorer(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const std::uint32_t max_units = read_integer(info[1], "maxChars", 2, max_text_units);
    const auto scorer = std::make_shared<BoundScorer>(read_router_handle(info[0]), max_units);
    Napi::Object out = Napi::Object::New(env);
    out.Set("score", bind(env, BoundScorer::score, "score", scorer));
    out.Set("runTo", bind(env, BoundScorer::run_to, "runTo", scorer));
    out.Set("scores", expose(env, scorer->scores()));
    out.Set("affinities", expose(env, scorer->affinities()));
    out.Set("total", expose(env, scorer->total()));
    return out;
}

}  // namespace pointsman::addon
