#include "pointsman/threads.h"

#include <utility>

namespace pointsman {

Threads::Threads(std::size_t count) {
    for (std::size_t i = 1; i < count; ++i) workers_.emplace_back([this] { serve(); });
}

Threads::~Threads() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    start_.notify_all();
    workers_.clear();
}

void Threads::run(std::size_t parts, const std::function<void(std::size_t)>& part) {
    {
        const std::lock_guard lock(mutex_);
        part_ = &part;
        parts_ = parts;
        next_ = 0;
        busy_ = workers_.size();
        ++round_;
    }
    start_.notify_all();
    take_parts();
    std::unique_lock lock(mutex_);
    finish_.wait(lock, [this] { return busy_ == 0; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Threads::serve() {
    std::size_t seen = 0;
    std::unique_lock lock(mutex_);
    while (true) {
        start_.wait(lock, [&] { return is_ending_ || round_ != seen; });
        if (is_ending_) return;
        seen = round_;
        lock.unlock();
        take_parts();
        lock.lock();
        if (--busy_ == 0) finish_.notify_one();
    }
}

void Threads::take_parts() {
    try {
        for (std::size_t i = next_++; i < parts_; i = next_++) (*part_)(i);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        thrown_ = std::current_exception();
        next_ = parts_;
    }
}

}  // namespace pointsman
