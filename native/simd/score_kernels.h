// Inner loops of the hot path behind the hashes. A row of a compiled model holds 16-bit numbers, `stride` of
// them, stride % lanes == 0: a term's weight in each head, then 1, then its share of the squared norm. Row 0
// is all zeros: that of everything unknown; what lies at place p of the table has row p + 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pointsman/term_table.h"
#include "simd/lanes.h"

namespace pointsman {

struct ScoreKernels {
    /// rows[i] = 1 + the table's place of hashes[i], or 0 if it is unknown.
    void (*find)(const TermTable& table, const std::uint64_t* hashes, std::size_t n, std::uint32_t* rows);

    /// sums[j] = sum_i values[rows[i]][j] for j in 0 .. stride, with rows as `find` gives them (`rows` is
    /// scratch memory). n <= most_rows. Summed in integers, so equal on every instruction set.
    void (*find_and_sum)(const TermTable& table, const std::uint64_t* hashes, std::size_t n,
                         const std::int16_t* values, std::size_t stride, std::uint32_t* rows, float* sums);

    /// The sums alone, of given rows.
    void (*sum_rows)(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows, std::size_t n,
                     float* sums);

    /// sums[j] = sum_i weights[i] values[rows[i]][j], but weights[i]^2 for the last j and 1 for the one
    /// before.
    void (*weigh_rows)(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows,
                       const float* weights, std::size_t n, float* sums);

    /// z[i] = base[i] + factor * scales[i] * x[i], n % lanes == 0. z may be base.
    void (*add_scaled)(const float* base, const float* x, const float* scales, float factor, std::size_t n,
                       float* z);

    /// z[j] += sum_i x[i] weights[i][j] for j in 0 .. stride, stride % lanes == 0.
    void (*add_dense)(const float* x, std::size_t n, const float* weights, std::size_t stride, float* z);

    /// z = 1 / (1 + exp(-z)), n % lanes == 0. Absolute error below 1e-6.
    void (*sigmoid)(float* z, std::size_t n);

    /// z = exp(z) / sum exp(z), n >= 1. What lies behind z up to a multiple of the lanes is overwritten.
    void (*softmax)(float* z, std::size_t n);
};

/// As many 16-bit numbers always fit a 32-bit sum.
inline constexpr std::size_t most_rows = 65536;

}  // namespace pointsman
