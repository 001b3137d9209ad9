// Long work off the event loop, in a thread of its own: Node's pool has four, which files and DNS need. A
// task owns copies of its inputs and touches no JS value until it is done.
#pragma once

#include <napi.h>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "pointsman/progress.h"

namespace pointsman::addon {

/// Runs `work` in the thread and `convert` on the JS thread with its result.
template <typename Result>
class Task {
public:
    using Work = std::function<Result(const Progress&)>;
    using Convert = std::function<Napi::Value(Napi::Env, Result&)>;

    /// Returns { promise, stop }: the promise resolves to undefined if stop() came first. `on_progress` is a
    /// function (done, total) or undefined; if it throws, that ends the work and rejects the promise.
    static Napi::Object start(Napi::Env env, Napi::Value on_progress, Work work, Convert convert) {
        std::unique_ptr<Task> owned(new Task(env, std::move(work), std::move(convert)));
        Napi::Object handle = Napi::Object::New(env);
        handle.Set("promise", owned->deferred_.Promise());
        handle.Set("stop", Napi::Function::New(
                               env, [flag = owned->stopped_](const Napi::CallbackInfo&) { *flag = true; }));
        owned->open(env, on_progress);
        Task* task = owned.release();
        try {
            task->thread_ = std::thread([task] { task->run(); });
        } catch (const std::system_error&) {
            napi_release_threadsafe_function(task->signals_, napi_tsfn_abort);
            throw Napi::Error::New(env, "The system has no thread left for this work.");
        }
        napi_add_env_cleanup_hook(env, abandon, task);
        return handle;
    }

private:
    struct Done {
        std::uint32_t done;
        std::uint32_t total;
    };

    Task(Napi::Env env, Work work, Convert convert)
        : deferred_(env), work_(std::move(work)), convert_(std::move(convert)) {}

    /// From here on the signals own the task: it is deleted when they are closed.
    void open(Napi::Env env, Napi::Value on_progress) {
        const auto close = [](napi_env, void* self, void*) { delete static_cast<Task*>(self); };
        is_heard_ = on_progress.IsFunction();
        if (napi_create_threadsafe_function(env, is_heard_ ? on_progress : napi_value{}, nullptr,
                                            Napi::String::New(env, "pointsman"), 0, 1, this, close, this,
                                            hear, &signals_) != napi_ok) {
            throw Napi::Error::New(env);
        }
    }

    // In the thread.

    void run() {
        const Progress progress = [this](std::uint32_t done, std::uint32_t total) {
            if (is_heard_) send(Done{done, total});
            return !*stopped_;
        };
        try {
            result_ = work_(progress);
        } catch (const Stopped&) {
        } catch (...) {
            failure_ = std::current_exception();
        }
        send(std::nullopt);
        napi_release_threadsafe_function(signals_, napi_tsfn_release);
    }

    /// Nothing: the work is over. The JS thread sees the latest state alone if it has been slow.
    void send(std::optional<Done> progress) {
        {
            const std::lock_guard lock(mutex_);
            if (progress) {
                progress_ = progress;
            } else {
                is_over_ = true;
            }
            if (std::exchange(is_sent_, true)) return;
        }
        napi_call_threadsafe_function(signals_, nullptr, napi_tsfn_nonblocking);
    }

    // In the JS thread.

    static void hear(napi_env env, napi_value on_progress, void* self, void*) {
        // Without an environment the task is gone.
        if (env == nullptr) return;
        try {
            static_cast<Task*>(self)->hear(env, on_progress);
        } catch (const Napi::Error&) {
            // The environment is ending; nobody can be told.
        }
    }

    void hear(Napi::Env env, napi_value on_progress) {
        std::unique_lock lock(mutex_);
        const auto progress = std::exchange(progress_, std::nullopt);
        const bool is_over = is_over_;
        is_sent_ = false;
        lock.unlock();
        if (progress && thrown_.IsEmpty()) {
            try {
                Napi::Function(env, on_progress)
                    .Call({Napi::Number::New(env, progress->done), Napi::Number::New(env, progress->total)});
            } catch (const Napi::Error& error) {
                thrown_ = error;
                *stopped_ = true;
            }
        }
        if (is_over && thread_.joinable()) settle(env);
    }

    void settle(Napi::Env env) {
        thread_.join();
        napi_remove_env_cleanup_hook(env, abandon, this);
        try {
            if (!thrown_.IsEmpty()) return deferred_.Reject(thrown_.Value());
            if (failure_) std::rethrow_exception(failure_);
            deferred_.Resolve(result_ ? convert_(env, *result_) : env.Undefined());
        } catch (const Napi::Error& error) {
            deferred_.Reject(error.Value());
        } catch (const std::invalid_argument& error) {
            deferred_.Reject(Napi::RangeError::New(env, error.what()).Value());
        } catch (const std::exception& error) {
            deferred_.Reject(Napi::Error::New(env, error.what()).Value());
        }
    }

    /// The environment ends in the midst of the work: its worker is terminated, or the process exits. Runs
    /// before the signals are closed, as hooks run in reverse order.
    static void abandon(void* self) {
        auto* task = static_cast<Task*>(self);
        *task->stopped_ = true;
        task->thread_.join();
        task->thrown_ = Napi::Error();
    }

    Napi::Promise::Deferred deferred_;
    Work work_;
    Convert convert_;
    bool is_heard_ = false;
    napi_threadsafe_function signals_ = nullptr;
    std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
    std::thread thread_;

    std::mutex mutex_;
    std::optional<Done> progress_;
    bool is_over_ = false;
    /// A signal is on its way.
    bool is_sent_ = false;

    /// The thread's until it is joined.
    std::optional<Result> result_;
    std::exception_ptr failure_;
    /// What `on_progress` threw.
    Napi::Error thrown_;
};

}  // namespace pointsman::addon
