// createScorer, and the hot call that it returns. That one uses the C Node-API: the wrappers of
// node-addon-api cost more than the scoring of a short text.
#include "pointsman/scorer.h"

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/bindings.h"

namespace pointsman::addon {
namespace {

class BoundScorer {
public:
    BoundScorer(const ScorerOptions& options, Napi::Value output)
        : scorer_(options),
          units_(std::make_unique_for_overwrite<char16_t[]>(options.max_units + 2)),
          output_(Napi::Persistent(output.As<Napi::Float32Array>())) {}

    /// score(text) -> known n-grams.
    static napi_value call(napi_env env, napi_callback_info info) {
        std::size_t count = 1;
        napi_value text;
        void* self;
        if (napi_get_cb_info(env, info, &count, &text, nullptr, &self) != napi_ok) return nullptr;
        return static_cast<BoundScorer*>(self)->score(env, text);
    }

private:
    napi_value score(napi_env env, napi_value text) {
        std::size_t length;
        // Room for one unit more than is read whole, so that a longer text shows.
        const std::size_t whole = scorer_.max_units();
        if (napi_get_value_string_utf16(env, text, units_.get(), whole + 2, &length) != napi_ok) {
            napi_throw_type_error(env, nullptr, "Expected a string for text.");
            return nullptr;
        }
        if (length > whole && !read_ends(env, text)) return nullptr;
        float* output = output_data(env);
        if (output == nullptr) {
            napi_throw_type_error(env, nullptr,
                                  "Expected output to keep its memory, but it was transferred or resized.");
            return nullptr;
        }
        const std::size_t known = scorer_.score({units_.get(), length}, output);
        napi_value result;
        return napi_create_uint32(env, static_cast<std::uint32_t>(known), &result) == napi_ok ? result
                                                                                              : nullptr;
    }

    /// Head, a space, tail: whole + 1 units. Node-API cannot read from the middle of a string, so a text that
    /// is too long is copied; this is the only call that allocates.
    bool read_ends(napi_env env, napi_value text) try {
        std::size_t length;
        napi_get_value_string_utf16(env, text, nullptr, 0, &length);
        std::vector<char16_t> copy(length + 1);
        napi_get_value_string_utf16(env, text, copy.data(), copy.size(), &length);
        const std::size_t head = scorer_.max_units() / 2;
        const std::size_t tail = scorer_.max_units() - head;
        units_[head] = u' ';
        std::copy_n(copy.begin() + static_cast<std::ptrdiff_t>(length - tail), tail, units_.get() + head + 1);
        return true;
    } catch (const std::bad_alloc&) {
        napi_throw_error(env, nullptr, "Not enough memory for a text of this length.");
        return false;
    }

    /// Asked each time: the caller may have transferred the buffer away.
    float* output_data(napi_env env) const {
        napi_value array;
        void* data;
        std::size_t length;
        if (napi_get_reference_value(env, output_, &array) != napi_ok) return nullptr;
        if (napi_get_typedarray_info(env, array, nullptr, &length, &data, nullptr, nullptr) != napi_ok)
            return nullptr;
        return length == scorer_.models() ? static_cast<float*>(data) : nullptr;
    }

    Scorer scorer_;
    std::unique_ptr<char16_t[]> units_;
    Napi::Reference<Napi::Float32Array> output_;
};

}  // namespace

Napi::Value create_scorer(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const Napi::Object from = read_object(info[0], "options");
    const OwnedTfidf features(from);
    const auto weights = read_finite(from.Get("weights"), "weights");
    const auto bias = read_finite(from.Get("bias"), "bias");
    const Napi::Value output = from.Get("output");
    const std::size_t models = read_array<float>(output, "output").size();
    std::vector<float> rates;
    if (bias.empty()) fail_range(env, "at least one head", "bias", "none");
    if (models == 0) fail_range(env, "at least one model", "output", "none");
    expect_length(env, "weights", features.idf.size() * bias.size(), weights.size());
    if (const Napi::Value given = from.Get("rates"); given.IsUndefined()) {
        expect_length(env, "output", bias.size(), models);
    } else {
        rates = read_finite(given, "rates");
        expect_length(env, "rates", bias.size() * models, rates.size());
    }
    // The counts and word offsets of a text must fit 32 bits.
    const std::size_t max_units = read_integer(from, "maxChars", 2, 1u << 28);
    const ScorerOptions options{features.options(), weights, bias, rates, models, max_units};
    std::unique_ptr<BoundScorer> scorer;
    try {
        scorer = std::make_unique<BoundScorer>(options, output);
    } catch (const std::invalid_argument& error) {
        fail_range(env, "different terms", "terms", error.what());
    }
    napi_value call;
    if (napi_create_function(env, "score", NAPI_AUTO_LENGTH, BoundScorer::call, scorer.get(), &call) !=
        napi_ok) {
        throw Napi::Error::New(env);
    }
    Napi::Function function(env, call);
    // From here on the function owns the scorer.
    function.AddFinalizer([](Napi::Env, BoundScorer* owned) { delete owned; }, scorer.get());
    scorer.release();
    return function;
}

}  // namespace pointsman::addon
