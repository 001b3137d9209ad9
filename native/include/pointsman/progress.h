// How long work tells where it is, and learns that it should stop.
#pragma once

#include <cstdint>
#include <functional>

namespace pointsman {

/// Called now and then with a `done` that never decreases. Returns false to stop the work.
using Progress = std::function<bool(std::uint32_t done, std::uint32_t total)>;

/// What the work throws when `Progress` stopped it.
struct Stopped {};

inline void report(const Progress& progress, std::uint32_t done, std::uint32_t total) {
    if (progress && !progress(done, total)) throw Stopped{};
}

}  // namespace pointsman
