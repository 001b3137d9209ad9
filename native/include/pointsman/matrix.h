// Features of either kind.
#pragma once

#include <variant>

#include "pointsman/csr.h"
#include "pointsman/dense.h"

namespace pointsman {

using MatrixView = std::variant<CsrView, DenseView>;

}  // namespace pointsman
