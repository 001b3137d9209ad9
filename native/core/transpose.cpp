#include "core/transpose.h"

#include <numeric>

namespace pointsman {

Csr transpose_with_ones(const CsrView& X) {
    const std::size_t entries = X.indices.size() + X.rows;
    Csr out{.rows = X.columns + 1,
            .columns = X.rows,
            .indptr = std::vector<std::uint32_t>(X.columns + 2),
            .indices = std::vector<std::uint32_t>(entries),
            .values = std::vector<float>(entries)};
    for (const std::uint32_t column : X.indices) ++out.indptr[column + 1];
    out.indptr.back() = static_cast<std::uint32_t>(X.rows);
    std::partial_sum(out.indptr.begin(), out.indptr.end(), out.indptr.begin());
    std::vector<std::uint32_t> next(out.indptr.begin(), out.indptr.end() - 1);
    const auto put = [&](std::size_t column, std::size_t row, float value) {
        const std::uint32_t k = next[column]++;
        out.indices[k] = static_cast<std::uint32_t>(row);
        out.values[k] = value;
    };
    for (std::size_t i = 0; i < X.rows; ++i) {
        for (std::size_t k = 0; k < X.row_size(i); ++k) put(X.row_indices(i)[k], i, X.row_values(i)[k]);
        put(X.columns, i, 1);
    }
    return out;
}

}  // namespace pointsman
