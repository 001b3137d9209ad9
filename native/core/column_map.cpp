#include "core/column_map.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace pointsman {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

}  // namespace

ColumnMap ColumnMap::identity(std::size_t columns) {
    ColumnMap map;
    map.columns_ = map.shared_ = columns;
    map.target_.resize(columns);
    std::iota(map.target_.begin(), map.target_.end(), 0u);
    map.factor_.assign(columns, 1);
    return map;
}

ColumnMap ColumnMap::without_lone_columns(const CsrView& X) {
    std::vector<std::uint32_t> rows(X.columns);
    for (const std::uint32_t column : X.indices) ++rows[column];
    ColumnMap map;
    map.target_.resize(X.columns);
    map.factor_.resize(X.columns);
    std::uint32_t next = 0;
    for (std::size_t column = 0; column < X.columns; ++column) {
        if (rows[column] < 2) continue;
        map.target_[column] = next++;
        map.factor_[column] = 1;
    }
    map.shared_ = next;
    for (std::size_t i = 0; i < X.rows; ++i) {
        double squares = 0;
        for (std::size_t k = 0; k < X.row_size(i); ++k) {
            if (rows[X.row_indices(i)[k]] == 1) squares += double{X.row_values(i)[k]} * X.row_values(i)[k];
        }
        if (squares == 0) continue;
        for (std::size_t k = 0; k < X.row_size(i); ++k) {
            const std::uint32_t column = X.row_indices(i)[k];
            if (rows[column] != 1) continue;
            map.target_[column] = next;
            map.factor_[column] = static_cast<float>(X.row_values(i)[k] / std::sqrt(squares));
        }
        ++next;
    }
    map.columns_ = next;
    return map;
}

Csr ColumnMap::reduce(const CsrView& X) const {
    Csr out{.rows = X.rows, .columns = columns_, .indptr = {0}, .indices = {}, .values = {}};
    out.indptr.reserve(X.rows + 1);
    out.indices.reserve(X.indices.size());
    out.values.reserve(X.indices.size());
    for (std::size_t i = 0; i < X.rows; ++i) {
        // The lone columns of a row of the matrix that the map was made of become one entry.
        std::size_t lone = none;
        for (std::size_t k = 0; k < X.row_size(i); ++k) {
            const std::uint32_t column = X.row_indices(i)[k];
            const float value = X.row_values(i)[k] * factor_[column];
            if (value == 0) continue;
            const bool is_lone = target_[column] >= shared_;
            if (is_lone && lone != none && out.indices[lone] == target_[column]) {
                out.values[lone] += value;
                continue;
            }
            if (is_lone) lone = out.indices.size();
            out.indices.push_back(target_[column]);
            out.values.push_back(value);
        }
        out.indptr.push_back(static_cast<std::uint32_t>(out.indices.size()));
    }
    return out;
}

}  // namespace pointsman
