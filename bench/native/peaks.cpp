// What this core can do at most: fused multiply-adds of floats, and floats read from memory.
//   bench_peaks FLOATS
#include <cstdlib>

#include "contest.h"

namespace {

constexpr std::size_t rounds = 100'000;

/// Independent chains of multiply-adds, as many as hide their latency and fit the registers.
template <typename Vector, std::size_t chains>
[[gnu::always_inline]] inline void multiply_add() {
    Vector sums[chains];
    for (std::size_t i = 0; i < chains; ++i) sums[i] = Vector{} + static_cast<float>(i);
    const Vector factor = Vector{} + 0.999f;
    const Vector term = Vector{} + 0.001f;
    for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
        for (std::size_t i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
    }
    Vector total{};
#pragma GCC unroll 24
    for (std::size_t i = 0; i < chains; ++i) total += sums[i];
    bench::keep(total);
}

template <typename Vector>
[[gnu::always_inline]] inline void read_all(const std::vector<float>& data) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    const auto* p = reinterpret_cast<const Vector*>((reinterpret_cast<std::uintptr_t>(data.data()) + 63) &
                                                    ~std::uintptr_t{63});
    Vector sums[4] = {};
    for (std::size_t i = 0; i + 4 <= (data.size() - 16) / lanes; i += 4) {
        for (std::size_t j = 0; j < 4; ++j) sums[j] += p[i + j];
    }
    const Vector total = sums[0] + sums[1] + sums[2] + sums[3];
    bench::keep(total);
}

using Eight = float __attribute__((vector_size(32), aligned(32), may_alias));
using Sixteen = float __attribute__((vector_size(64), aligned(64), may_alias));

__attribute__((target("avx512f,fma"))) void multiply_add_16() { multiply_add<Sixteen, 24>(); }
__attribute__((target("avx2,fma"))) void multiply_add_8() { multiply_add<Eight, 12>(); }
__attribute__((target("avx512f"))) void read_16(const std::vector<float>& data) { read_all<Sixteen>(data); }
__attribute__((target("avx2"))) void read_8(const std::vector<float>& data) { read_all<Eight>(data); }

}  // namespace

int main(int, char** argv) {
    const bool wide = __builtin_cpu_supports("avx512f");
    std::vector<float> data(std::strtoull(argv[1], nullptr, 10) + 16, 1.f);
    // Items: floating-point operations (a multiply-add is two) and bytes.
    const double operations = 2.0 * rounds * (wide ? 24 * 16 : 12 * 8);
    bench::serve(
        {{"fma", {operations, [&] { wide ? multiply_add_16() : multiply_add_8(); }}},
         {"read",
          {static_cast<double>(data.size() * sizeof(float)), [&] { wide ? read_16(data) : read_8(data); }}}},
        "{}");
}
