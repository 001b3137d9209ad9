// The table of the compiler's baseline: SSE2 at most on x86-64 ("scalar"), NEON on 64-bit Arm ("neon").
#include <array>

#include "core/hash.h"
#include "simd/tables.h"

#define POINTSMAN_REGISTER_BYTES 16

namespace pointsman::portable {
#include "simd/vector.inl"
using baseline::low_bits;

#include "simd/hash.inl"
#include "simd/linear.inl"
#include "simd/score.inl"
#include "simd/text_portable.inl"

#if defined(__aarch64__)
const Kernels table{"neon",
                    {narrow, edges, hash, append},
                    {find, find_and_sum, sum_rows, weigh_rows, add_scaled, sigmoid},
                    {sparse_dot, sparse_add, logistic, dot, blend}};
#else
const Kernels table{"scalar",
                    {narrow, edges, hash, append},
                    {find, find_and_sum, sum_rows, weigh_rows, add_scaled, sigmoid},
                    {sparse_dot, sparse_add, logistic, dot, blend}};
#endif
}  // namespace pointsman::portable
