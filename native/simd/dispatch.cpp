#include <cstdlib>
#include <stdexcept>
#include <string>

#include "simd/tables.h"

namespace pointsman {

std::vector<const Kernels*> available_kernels() {
    std::vector<const Kernels*> found;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                          __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
                            __builtin_cpu_supports("avx512vbmi2") &&
                            __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("gfni");
    if (has_avx512) found.push_back(&avx512::table);
    if (has_avx2) found.push_back(&avx2::table);
#elif defined(__aarch64__)
    found.push_back(&neon::table);
#endif
    found.push_back(&portable::table);
    return found;
}

static const Kernels& choose() {
    const auto available = available_kernels();
    const char* wanted = std::getenv("POINTSMAN_SIMD");
    if (wanted == nullptr || *wanted == '\0') return *available.front();
    std::string names;
    for (const Kernels* table : available) {
        if (table->name == wanted) return *table;
        names += (names.empty() ? "" : ", ") + std::string(table->name);
    }
    throw std::runtime_error("Expected one of " + names +
                             " for POINTSMAN_SIMD on this machine but received \"" + wanted + "\".");
}

const Kernels& kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

}  // namespace pointsman
