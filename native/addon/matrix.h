// Feature matrices from JavaScript, dense or sparse. As in arguments.h, whatever is read is checked and
// copied.
#pragma once

#include <napi.h>

#include <string_view>
#include <variant>

#include "pointsman/matrix.h"

namespace pointsman::addon {

/// Dense values beyond this could not be squared and summed in floats.
inline constexpr float largest_dense = 1e15f;

using OwnedMatrix = std::variant<Csr, Dense>;

/// { rows, columns, values }, [rows x columns]; at least one column, values from -largest_dense to
/// largest_dense.
Dense read_dense(Napi::Value value, std::string_view name);

/// Sparse if it has `indptr`, else dense. At least one row.
OwnedMatrix read_matrix(Napi::Value value, std::string_view name);

inline MatrixView view(const OwnedMatrix& X) {
    return std::visit([](const auto& matrix) -> MatrixView { return matrix.view(); }, X);
}

inline std::size_t rows(const OwnedMatrix& X) {
    return std::visit([](const auto& matrix) { return matrix.rows; }, X);
}

inline std::size_t columns(const OwnedMatrix& X) {
    return std::visit([](const auto& matrix) { return matrix.columns; }, X);
}

}  // namespace pointsman::addon
