// What a native test needs: a check that says where it failed, and a printed seed.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "pointsman/random.h"

#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            std::exit(1);                                                                \
        }                                                                                \
    } while (false)

namespace pointsman::test {

inline bool close(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

/// Seeded by the first argument, else by the clock.
inline Random seeded(int argc, char** argv) {
    const auto now = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    const std::uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : now;
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    return Random(seed);
}

inline std::size_t below(Random& random, std::size_t limit) {
    return static_cast<std::size_t>(random.uniform() * static_cast<double>(limit));
}

/// In -scale .. scale.
inline float symmetric(Random& random, double scale) {
    return static_cast<float>((2 * random.uniform() - 1) * scale);
}

/// `n` of them.
inline std::vector<float> floats(Random& random, std::size_t n, double scale) {
    std::vector<float> out(n);
    for (auto& x : out) x = symmetric(random, scale);
    return out;
}

}  // namespace pointsman::test
