// The NEON table. Every 64-bit Arm processor has it: no target region is needed.
#if defined(__aarch64__)
#include <arm_neon.h>

#include <array>

#include "core/hash.h"
#include "simd/surface_classes.h"
#include "simd/tables.h"

#define POINTSMAN_REGISTER_BYTES 16

namespace pointsman::neon {
#include "simd/vector.inl"
using baseline::low_bits;

#include "simd/distance.inl"
#include "simd/hash.inl"
#include "simd/linear.inl"
#include "simd/score.inl"
#include "simd/surface_portable.inl"
#include "simd/text_neon.inl"

const Kernels table{"neon",
                    {narrow, edges, hash, append},
                    {find, find_and_sum, sum_rows, weigh_rows, add_scaled, add_dense, sigmoid, softmax},
                    {sparse_dot, sparse_add, logistic, dot, blend, dual_step, column_step, penalty},
                    {count_surface},
                    {point_group, products, nearest, squared_distance, add}};
}  // namespace pointsman::neon
#endif
