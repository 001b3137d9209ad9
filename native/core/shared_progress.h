// The progress of parts that are worked on at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

#include "pointsman/progress.h"

namespace pointsman {

/// Called often by long steps that have no progress to report. Throws Stopped if the work is to end.
using Tick = std::function<void()>;

class SharedProgress {
public:
    SharedProgress(const Progress& progress, std::size_t total)
        : progress_(progress), total_(static_cast<std::uint32_t>(total)) {
        advance(0);
    }

    void advance(std::uint32_t steps) {
        const std::lock_guard lock(mutex_);
        done_ += steps;
        report(progress_, done_, total_);
    }

private:
    const Progress& progress_;
    const std::uint32_t total_;
    std::mutex mutex_;
    std::uint32_t done_ = 0;
};

}  // namespace pointsman
