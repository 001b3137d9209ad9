// A few threads that share the parts of one piece of work after another.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pointsman {

/// Results must not depend on which thread does which part: give each part its own output, and add the
/// outputs up in the order of the parts. Then the bytes are the same for any number of threads.
class Threads {
public:
    /// The calling thread counts as one; 1 starts none. `count` >= 1.
    explicit Threads(std::size_t count);
    ~Threads();
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    /// Calls part(0) .. part(parts - 1), each once, in any order, and waits for all. If some throw, one of
    /// what they threw is thrown here. Not to be called from inside a part, nor from two threads at once.
    void run(std::size_t parts, const std::function<void(std::size_t)>& part);

    std::size_t count() const { return workers_.size() + 1; }

private:
    void serve();
    void take_parts();

    std::mutex mutex_;
    std::condition_variable start_;
    std::condition_variable finish_;
    std::size_t round_ = 0;
    std::size_t busy_ = 0;
    bool is_ending_ = false;
    const std::function<void(std::size_t)>* part_ = nullptr;
    std::size_t parts_ = 0;
    std::atomic<std::size_t> next_{0};
    std::exception_ptr thrown_;
    std::vector<std::jthread> workers_;
};

}  // namespace pointsman
