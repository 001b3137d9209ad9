// The table that needs nothing: plain C++ for the compiler's baseline.
#include <array>

#include "core/hash.h"
#include "simd/surface_classes.h"
#include "simd/tables.h"

#define POINTSMAN_REGISTER_BYTES 16

namespace pointsman::portable {
#include "simd/vector.inl"
using baseline::low_bits;

#include "simd/distance.inl"
#include "simd/hash.inl"
#include "simd/linear.inl"
#include "simd/score.inl"
#include "simd/surface_portable.inl"
#include "simd/text_portable.inl"

const Kernels table{"scalar",
                    {narrow, edges, hash, append},
                    {find, find_and_sum, sum_rows, weigh_rows, add_scaled, add_dense, sigmoid, softmax},
                    {sparse_dot, sparse_add, logistic, dot, blend, dual_step, column_step, penalty},
                    {count_surface},
                    {point_group, products, nearest, squared_distance, add}};
}  // namespace pointsman::portable
