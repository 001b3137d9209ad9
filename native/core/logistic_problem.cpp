#include "core/logistic_problem.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/transpose.h"
#include "pointsman/random.h"

namespace pointsman {
namespace {

Csr empty(std::size_t columns) {
    return {.rows = 0, .columns = columns, .indptr = {0}, .indices = {}, .values = {}};
}

/// Ends a row of X whose entries have been added.
void end_row(Csr& X) {
    if (X.indices.size() > std::numeric_limits<std::uint32_t>::max())
        throw std::invalid_argument("Feature dropout makes more than 2^32 - 1 entries of these features.");
    X.indptr.push_back(static_cast<std::uint32_t>(X.indices.size()));
    ++X.rows;
}

Csr take_rows(const CsrView& X, std::span<const std::uint32_t> rows) {
    Csr out = empty(X.columns);
    for (const std::uint32_t row : rows) {
        out.indices.insert(out.indices.end(), X.row_indices(row), X.row_indices(row) + X.row_size(row));
        out.values.insert(out.values.end(), X.row_values(row), X.row_values(row) + X.row_size(row));
        end_row(out);
    }
    return out;
}

/// 1 for ceil(fraction * rows) rows (selection sampling; Knuth 1969).
std::vector<std::uint8_t> draw_rows(std::size_t rows, double fraction, Random& random) {
    std::vector<std::uint8_t> mask(rows);
    auto wanted = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(rows)));
    for (std::size_t i = 0; i < rows; ++i) {
        if (random.uniform() * static_cast<double>(rows - i) >= static_cast<double>(wanted)) continue;
        mask[i] = 1;
        --wanted;
    }
    return mask;
}

Csr drop_features(const CsrView& X, std::span<const std::uint32_t> rows, double rate, Random& random) {
    Csr out = empty(X.columns);
    const auto scale = static_cast<float>(1 / (1 - rate));
    for (const std::uint32_t row : rows) {
        for (std::size_t k = 0; k < X.row_size(row); ++k) {
            if (random.uniform() < rate) continue;
            out.indices.push_back(X.row_indices(row)[k]);
            out.values.push_back(X.row_values(row)[k] * scale);
        }
        end_row(out);
    }
    return out;
}

}  // namespace

LogisticProblem::LogisticProblem(const CsrView& X, const LogisticOptions& from) : options(from) {
    Random random(from.seed);
    std::vector<std::uint8_t> mask(from.validation.begin(), from.validation.end());
    if (mask.empty()) mask = draw_rows(X.rows, from.validation_fraction, random);
    const bool is_noisy = from.feature_dropout > 0;
    if (is_noisy) share = 1. / dropout_copies;
    for (std::size_t i = 0; i < X.rows; ++i) {
        const auto row = static_cast<std::uint32_t>(i);
        if (mask[i] != 0) {
            held_out_rows.push_back(row);
        } else {
            train_rows.insert(train_rows.end(), is_noisy ? dropout_copies : 1, row);
        }
    }
    if (train_rows.empty() && X.rows > 0)
        throw std::invalid_argument(
            "Expected at least one row that is not held out for validation but received none.");
    if (is_noisy)
        train = drop_features(X, train_rows, from.feature_dropout, random);
    else if (!held_out_rows.empty())
        train = take_rows(X, train_rows);
    const CsrView taken = train.indptr.empty() ? X : train.view();
    // A lone column is no direction like others to an L1 penalty.
    map = from.l1_ratio > 0 ? ColumnMap::identity(X.columns) : ColumnMap::without_lone_columns(taken);
    train = map.reduce(taken);
    held_out = map.reduce(take_rows(X, held_out_rows).view());
    if (from.l1_ratio > 0) transposed = transpose_with_ones(train.view());
}

/// A soft label y with class weights a is, up to a constant, one of weight c = a_1 y + a_0 (1 - y) and target
/// a_1 y / c.
LaneTargets LogisticProblem::targets(std::span<const std::uint32_t> rows, double share_of_row,
                                     std::span<const float> Y, std::size_t labels, std::size_t first,
                                     std::size_t count) const {
    LaneTargets out{.y = Lanes(rows.size() * lanes), .c = Lanes(rows.size() * lanes)};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double sample = options.sample_weight.empty() ? 1 : options.sample_weight[rows[i]];
        for (std::size_t lane = 0; lane < count; ++lane) {
            const std::size_t label = first + lane;
            const double y = Y[rows[i] * labels + label];
            if (std::isnan(y)) continue;
            const auto& classes = options.class_weight;
            const double one = y * (classes.empty() ? 1 : classes[2 * label + 1]);
            const double weight = one + (1 - y) * (classes.empty() ? 1 : classes[2 * label]);
            out.y[i * lanes + lane] = weight > 0 ? static_cast<float>(one / weight) : 0;
            out.c[i * lanes + lane] = static_cast<float>(options.C * sample * share_of_row * weight);
        }
    }
    return out;
}

}  // namespace pointsman
