// The inner loops, one table per instruction set. Kernels check nothing: callers own shapes and padding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pointsman {

/// Labels, heads and centroids travel in blocks of this many float lanes (one AVX-512 register).
inline constexpr std::size_t lanes = 16;
/// Bytes that `edges` may read and write past the text, and units that `narrow` handles at a time.
inline constexpr std::size_t text_padding = 64;
inline constexpr std::size_t narrow_block = 32;
/// Slots of a term table's bucket: one cache line.
inline constexpr std::size_t bucket_slots = 8;
/// Low bits of a slot that hold row + 1; the others are the term's tag. A slot of 0 is free.
inline constexpr unsigned row_bits = 24;
inline constexpr std::uint64_t row_mask = (std::uint64_t{1} << row_bits) - 1;

/// The part of a term's hash that a slot keeps; the top bit is set so that no tag looks like a free slot.
inline std::uint64_t tag_of(std::uint64_t hash) { return (hash | (std::uint64_t{1} << 63)) & ~row_mask; }

struct Kernels {
    std::string_view name;

    /// Copies ASCII units to bytes, a block of `narrow_block` at a time (the last may be shorter), and stops
    /// before the first block that holds anything else. Returns the units copied.
    std::size_t (*narrow)(const char16_t* text, std::size_t n, std::uint8_t* out);

    /// Lowers ASCII letters in place and writes the offsets at which words start and end, in turn. Word bytes
    /// are [0-9A-Za-z_] and all >= 0x80. bytes[n .. n + text_padding) must be spaces. Returns the (even)
    /// offset count; `out` needs room for 2 * text_padding more.
    std::size_t (*edges)(std::uint8_t* bytes, std::size_t n, std::uint32_t* out);

    /// Looks hashes up in buckets of `bucket_slots`; writes the rows found, in order. Returns how many.
    std::size_t (*probe)(const std::uint64_t* buckets, std::uint64_t bucket_mask, const std::uint64_t* hashes,
                         std::size_t n, std::uint32_t* rows);

    /// out[0] = sum v^2 table[row][0]; out[j] = sum v table[row][j] for j in 1 .. stride. stride % lanes ==
    /// 0.
    void (*gather)(const float* table, std::size_t stride, const std::uint32_t* rows, const float* values,
                   std::size_t n, float* out);

    /// z = 1 / (1 + exp(-z)), n % lanes == 0. Absolute error below 1e-6.
    void (*sigmoid)(float* z, std::size_t n);

    /// out[stride] = sum_k values[k] * W[indices[k]][stride]. stride % lanes == 0.
    void (*sparse_dot)(const float* values, const std::uint32_t* indices, std::size_t n, const float* W,
                       std::size_t stride, float* out);

    /// G[indices[k]][lanes] += values[k] * r[lanes].
    void (*sparse_add)(const float* values, const std::uint32_t* indices, std::size_t n, const float* r,
                       float* G);

    /// For [rows x lanes]: p = sigmoid(z); residual = c (p - y); curvature = c p (1 - p);
    /// loss[lane] = sum c (ln(1 + exp(z)) - y z).
    void (*logistic)(const float* z, const float* y, const float* c, std::size_t rows, float* residual,
                     float* curvature, double* loss);

    /// out[lane] = sum_row a[row][lane] b[row][lane].
    void (*dot)(const float* a, const float* b, std::size_t rows, double* out);

    /// y[row][lane] = alpha[lane] x[row][lane] + beta[lane] y[row][lane].
    void (*blend)(const float* alpha, const float* x, const float* beta, float* y, std::size_t rows);
};

/// Every table that this machine can run, best first; the last one is always "scalar" or "neon".
std::vector<const Kernels*> available_kernels();

/// The table in use: the best, or the one that the environment variable POINTSMAN_SIMD names. Decided once.
/// Throws std::runtime_error, every time, if that name is unknown or not for this machine.
const Kernels& kernels();

}  // namespace pointsman
