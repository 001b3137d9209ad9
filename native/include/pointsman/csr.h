// Sparse matrices in compressed rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pointsman {

/// Row i holds entries indptr[i] .. indptr[i + 1]; indices ascend in a row. Borrowed.
struct CsrView {
    std::size_t rows;
    std::size_t columns;
    std::span<const std::uint32_t> indptr;
    std::span<const std::uint32_t> indices;
    std::span<const float> values;

    std::size_t row_size(std::size_t row) const { return indptr[row + 1] - indptr[row]; }
    const std::uint32_t* row_indices(std::size_t row) const { return indices.data() + indptr[row]; }
    const float* row_values(std::size_t row) const { return values.data() + indptr[row]; }
};

/// The same, owned.
struct Csr {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<std::uint32_t> indptr;
    std::vector<std::uint32_t> indices;
    std::vector<float> values;

    CsrView view() const { return {rows, columns, indptr, indices, values}; }
};

}  // namespace pointsman
