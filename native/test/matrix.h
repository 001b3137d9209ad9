// Random matrices.
#pragma once

#include "check.h"
#include "pointsman/csr.h"
#include "pointsman/dense.h"

namespace pointsman::test {

inline Csr random_csr(Random& random, std::size_t rows, std::size_t columns, double density) {
    Csr X{.rows = rows, .columns = columns, .indptr = {0}, .indices = {}, .values = {}};
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < columns; ++j) {
            if (random.uniform() >= density) continue;
            X.indices.push_back(static_cast<std::uint32_t>(j));
            X.values.push_back(symmetric(random, 1));
        }
        X.indptr.push_back(static_cast<std::uint32_t>(X.indices.size()));
    }
    return X;
}

inline Dense random_dense(Random& random, std::size_t rows, std::size_t columns, float offset) {
    Dense X{.rows = rows, .columns = columns, .values = AlignedVector<float>(rows * columns)};
    for (auto& x : X.values) x = offset + symmetric(random, 1);
    return X;
}

}  // namespace pointsman::test
