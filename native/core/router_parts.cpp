#include "core/router_parts.h"

#include <cmath>
#include <cstdint>
#include <string>

#include "simd/distance_kernels.h"

namespace pointsman {
namespace {

/// Columns of "parts.layout".
enum Column { kind_column, heads_column, k_column, layout_columns };

/// Vectors of length 1, rounded.
constexpr float longest = 1.001f;

void expect_rows(const std::string& name, std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw FormatError("tensor \"" + name + "\" has " + std::to_string(found) + " rows where " +
                      std::to_string(expected) + " are needed");
}

std::span<const float> read_rates(const Tensors& tensors, const std::string& block, std::size_t clusters,
                                  std::size_t models) {
    const std::string name = block + "rates";
    const auto rates = Tensors::shares(tensors.table<float>(name, models), name);
    expect_rows(name, rates.size() / models, clusters);
    return rates;
}

NeighborTable read_neighbors(const Tensors& tensors, const std::string& block, std::size_t heads,
                             std::size_t models, std::size_t k) {
    const std::string vectors = block + "vectors", labels = block + "labels", overall = block + "overall",
                      shrinkage = block + "shrinkage";
    const NeighborTable table{
        .vectors = Tensors::all(tensors.blocks<float>(vectors, heads, block_rows), vectors,
                                [](float x) { return std::abs(x) <= longest; }),
        .labels = Tensors::all(tensors.table<float>(labels, models), labels,
                               [](float x) { return std::isnan(x) || (x >= 0 && x <= 1); }),
        .overall = Tensors::shares(tensors.list<float>(overall, models), overall),
        .k = k,
        .shrinkage = Tensors::all(tensors.list<float>(shrinkage, 1), shrinkage,
                                  [](float x) { return x >= 0 && x <= Tensors::largest_number; })[0]};
    const std::size_t n = table.labels.size() / models;
    if (k == 0 || k > n) {
        throw FormatError("it asks for " + std::to_string(k) + " neighbours of " + std::to_string(n) +
                          " vectors");
    }
    const std::size_t blocks = (n + block_rows - 1) / block_rows;
    if (table.vectors.size() != blocks * heads * block_rows) {
        throw FormatError("tensor \"" + vectors + "\" has " +
                          std::to_string(table.vectors.size() / (heads * block_rows)) + " blocks where " +
                          std::to_string(blocks) + " are needed");
    }
    return table;
}

Part read_part(const Tensors& tensors, std::size_t index, std::span<const std::uint32_t> layout,
               std::size_t models) {
    const std::string block = "parts." + std::to_string(index) + ".";
    if (layout[kind_column] > static_cast<std::uint32_t>(PartKind::neighbors)) {
        throw FormatError("part " + std::to_string(index) + " is of kind " +
                          std::to_string(layout[kind_column]) + ", which is not known here");
    }
    Part part{.kind = static_cast<PartKind>(layout[kind_column]),
              .first = 0,
              .heads = layout[heads_column],
              .weight = {}};
    if (part.heads == 0 || (part.kind == PartKind::logistic && part.heads != models)) {
        throw FormatError("part " + std::to_string(index) + " has " + std::to_string(part.heads) +
                          " heads for " + std::to_string(models) + " models");
    }
    if (part.is_clusters()) part.rates = read_rates(tensors, block, part.heads, models);
    if (part.kind == PartKind::neighbors)
        part.neighbors = read_neighbors(tensors, block, part.heads, models, layout[k_column]);
    return part;
}

}  // namespace

std::vector<Part> read_parts(const Tensors& tensors, std::size_t heads, std::size_t models) {
    const auto layout = tensors.table<std::uint32_t>("parts.layout", layout_columns);
    const auto weights = Tensors::usable(tensors.table<float>("parts.weights", models), "parts.weights");
    const std::size_t count = layout.size() / layout_columns;
    if (count == 0) throw FormatError("it has no part");
    expect_rows("parts.weights", weights.size() / models, count);
    std::vector<Part> parts;
    std::size_t first = 0;
    for (std::size_t i = 0; i < count; ++i) {
        Part part = read_part(tensors, i, layout.subspan(i * layout_columns, layout_columns), models);
        part.first = first;
        part.weight = weights.subspan(i * models, models);
        first += part.heads;
        parts.push_back(part);
    }
    if (first != heads) {
        throw FormatError("it has " + std::to_string(heads) + " heads and its parts have " +
                          std::to_string(first));
    }
    return parts;
}

std::span<const float> read_calibration(const Tensors& tensors, std::size_t models) {
    const std::string name = "calibration.knots";
    if (!tensors.has(name)) return {};
    const std::size_t knots = tensors.columns(name);
    const auto values = Tensors::shares(tensors.table<float>(name, knots), name);
    if (knots < 2) throw FormatError("tensor \"" + name + "\" has fewer than 2 columns");
    expect_rows(name, values.size() / knots, models);
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (i % knots != 0 && values[i] < values[i - 1])
            throw FormatError("tensor \"" + name + "\" falls at element " + std::to_string(i));
    }
    return values;
}

}  // namespace pointsman
