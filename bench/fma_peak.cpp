// Multiply-adds of 32-bit floats that one core can do, from registers: prints GFLOP/s, two operations each.
//   c++ -O3 -march=native -std=c++20 bench/fma_peak.cpp -o fma_peak && ./fma_peak
#include <algorithm>
#include <chrono>
#include <cstdio>

#if defined(__AVX512F__)
constexpr int bytes = 64;
#elif defined(__AVX2__)
constexpr int bytes = 32;
#else
constexpr int bytes = 16;
#endif
using Register = float __attribute__((vector_size(bytes)));

int main() {
    // Enough independent sums to hide the latency of one: two pipes, four or five cycles.
    constexpr int sums = 12;
    constexpr int steps = 1'000'000;
    Register sum[sums];
    for (int i = 0; i < sums; ++i) sum[i] = Register{} + static_cast<float>(i);
    const Register factor = Register{} + 0.999f;
    const Register term = Register{} + 0.001f;
    double best = 0;
    for (int repeat = 0; repeat < 15; ++repeat) {
        const auto begin = std::chrono::steady_clock::now();
        for (int step = 0; step < steps; ++step) {
#pragma GCC unroll 12
            for (int i = 0; i < sums; ++i) sum[i] = sum[i] * factor + term;
        }
        const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
        best = std::max(best, 2. * steps * sums * (bytes / 4) / time.count());
    }
    float total = 0;
    for (const Register& s : sum) total += s[0];
    std::printf("%.1f\n", best);
    // Never so; keeps the loop.
    return total == -1 ? 1 : 0;
}
