// The table of the compiler's baseline: SSE2 at most on x86-64 ("scalar"), NEON on 64-bit Arm ("neon").
#include "simd/tables.h"

#define POINTSMAN_REGISTER_BYTES 16

namespace pointsman::portable {
#include "simd/vector.inl"

#include "simd/distance.inl"
#include "simd/linear.inl"
#include "simd/score.inl"
#include "simd/text_portable.inl"

#if defined(__aarch64__)
const Kernels table{"neon",
                    {narrow, edges, probe},
                    {gather, sigmoid},
                    {sparse_dot, sparse_add, logistic, dot, blend},
                    {point_group, products, nearest, squared_distance, add}};
#else
const Kernels table{"scalar",
                    {narrow, edges, probe},
                    {gather, sigmoid},
                    {sparse_dot, sparse_add, logistic, dot, blend},
                    {point_group, products, nearest, squared_distance, add}};
#endif
}  // namespace pointsman::portable
