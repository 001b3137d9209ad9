// Long work off the event loop. A task owns copies of its inputs and touches no JS value until it is done.
#pragma once

#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "pointsman/progress.h"

namespace pointsman::addon {

struct Done {
    std::uint32_t done;
    std::uint32_t total;
};

/// Runs `work` on a pool thread and `convert` on the JS thread with its result.
template <typename Result>
class Task : public Napi::AsyncProgressWorker<Done> {
public:
    using Work = std::function<Result(const Progress&)>;
    using Convert = std::function<Napi::Value(Napi::Env, Result&)>;

    /// Returns { promise, stop }: the promise resolves to undefined if stop() came first. `on_progress` is a
    /// function (done, total) or undefined.
    static Napi::Object start(Napi::Env env, Napi::Value on_progress, Work work, Convert convert) {
        // Deletes itself when its work is complete.
        auto* task = new Task(env, std::move(work), std::move(convert));
        if (on_progress.IsFunction()) task->on_progress_ = Napi::Persistent(on_progress.As<Napi::Function>());
        Napi::Object handle = Napi::Object::New(env);
        handle.Set("promise", task->deferred_.Promise());
        handle.Set("stop", Napi::Function::New(
                               env, [flag = task->stopped_](const Napi::CallbackInfo&) { *flag = true; }));
        task->Queue();
        return handle;
    }

private:
    Task(Napi::Env env, Work work, Convert convert)
        : AsyncProgressWorker(env), deferred_(env), work_(std::move(work)), convert_(std::move(convert)) {}

    void Execute(const ExecutionProgress& execution) override {
        const Progress progress = [&](std::uint32_t done, std::uint32_t total) {
            const Done state{done, total};
            if (!on_progress_.IsEmpty()) execution.Send(&state, 1);
            return !*stopped_;
        };
        try {
            result_ = work_(progress);
        } catch (const Stopped&) {
        } catch (const std::invalid_argument& error) {
            range_error_ = error.what();
        }
    }

    void OnProgress(const Done* state, size_t) override {
        if (state == nullptr || !thrown_.IsEmpty()) return;
        const Napi::HandleScope scope(Env());
        try {
            on_progress_.Call(
                {Napi::Number::New(Env(), state->done), Napi::Number::New(Env(), state->total)});
        } catch (const Napi::Error& error) {
            // The caller's callback failed: its error ends the work and rejects the promise.
            thrown_ = error;
            *stopped_ = true;
        }
    }

    void OnOK() override {
        const Napi::HandleScope scope(Env());
        if (!thrown_.IsEmpty()) return deferred_.Reject(thrown_.Value());
        if (!range_error_.empty())
            return deferred_.Reject(Napi::RangeError::New(Env(), range_error_).Value());
        if (!result_) return deferred_.Resolve(Env().Undefined());
        deferred_.Resolve(convert_(Env(), *result_));
    }

    void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

    Napi::Promise::Deferred deferred_;
    Work work_;
    Convert convert_;
    Napi::FunctionReference on_progress_;
    std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
    Napi::Error thrown_;
    std::string range_error_;
    std::optional<Result> result_;
};

}  // namespace pointsman::addon
