// A sparse matrix by its columns.
#pragma once

#include "pointsman/csr.h"

namespace pointsman {

/// Rows of the result are columns of X, then a last row of ones.
Csr transpose_with_ones(const CsrView& X);

}  // namespace pointsman
