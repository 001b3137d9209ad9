// The AVX2 and FMA table. Everything between push and pop is compiled for it; headers stay outside, so that
// no shared inline function is compiled for a machine that may not be there.
#if defined(__x86_64__)
#include <immintrin.h>

#include <array>

#include "core/hash.h"
#include "simd/surface_classes.h"
#include "simd/tables.h"

#define POINTSMAN_REGISTER_BYTES 32

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi,bmi2,popcnt")
#endif

namespace pointsman::avx2 {
#include "simd/vector.inl"

#include "simd/low_bits.inl"

#include "simd/distance.inl"
#include "simd/hash.inl"
#include "simd/linear.inl"
#include "simd/score.inl"
#include "simd/surface_avx2.inl"
#include "simd/text_avx2.inl"

const Kernels table{"avx2",
                    {narrow, edges, hash, append},
                    {find, find_and_sum, sum_rows, weigh_rows, add_scaled, add_dense, sigmoid, softmax},
                    {sparse_dot, sparse_add, logistic, dot, blend, dual_step, column_step, penalty},
                    {count_surface},
                    {point_group, products, nearest, squared_distance, add}};
}  // namespace pointsman::avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
