// A smaller problem with the same optimum. Private to logistic regression.
#pragma once

#include <cstdint>
#include <vector>

#include "pointsman/csr.h"

namespace pointsman {

/// X M for a matrix M [columns of X x reduced columns] with at most one entry a row and columns of length 1.
///
/// Under an L2 penalty the columns that only row i of X has get weights in proportion to that row's values,
/// so that one column, their unit direction, stands for all of them; a column that no row has gets weight 0.
/// Of word pairs these are most: three columns in four.
class ColumnMap {
public:
    /// M = 1.
    static ColumnMap identity(std::size_t columns);
    static ColumnMap without_lone_columns(const CsrView& X);

    std::size_t size() const { return target_.size(); }
    std::size_t columns() const { return columns_; }
    /// X M, where X need not be the matrix that M was made of; if it is not, a row may name a column twice.
    /// The indices of a row do not ascend.
    Csr reduce(const CsrView& X) const;
    /// The entry of a row of M; factor 0 if it has none.
    std::uint32_t target(std::size_t column) const { return target_[column]; }
    float factor(std::size_t column) const { return factor_[column]; }

private:
    std::size_t columns_ = 0;
    /// Reduced columns below this are columns of X.
    std::size_t shared_ = 0;
    std::vector<std::uint32_t> target_;
    std::vector<float> factor_;
};

}  // namespace pointsman
