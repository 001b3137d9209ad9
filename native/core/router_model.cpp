#include "core/router_model.h"

#include <algorithm>
#include <string>

#include "core/router_parts.h"
#include "pointsman/router_file.h"
#include "pointsman/surface.h"

namespace pointsman {

std::string_view required_metadata(const Safetensors& file, std::string_view key) {
    const auto value = file.metadata(key);
    if (!value) throw FormatError("its metadata has no \"" + std::string(key) + "\"");
    return *value;
}

namespace {

constexpr std::string_view format = "pointsman-router";
constexpr std::string_view version = "3";

void expect_version(const Safetensors& file) {
    if (file.metadata("format") != format)
        throw FormatError("it is a safetensors file but not a Pointsman router");
    const std::string_view found = required_metadata(file, "version");
    if (found == version) return;
    throw FormatError("it is a router file of version " + std::string(found.substr(0, 20)) +
                      " and this Pointsman reads version " + std::string(version) +
                      "; train the router again, or use the Pointsman that made it");
}

TermTable read_table(const Tensors& tensors, const std::string& block) {
    try {
        return {tensors.list<std::uint16_t>(block + ".multipliers"),
                tensors.list<std::uint32_t>(block + ".tags")};
    } catch (const FormatError&) {
        throw;
    } catch (const std::invalid_argument& error) {
        throw FormatError(error.what());
    }
}

RowsView read_rows(const Tensors& tensors, const std::string& block, std::size_t count, std::size_t heads) {
    const std::size_t stride = row_stride(heads);
    const RowsView view{stride, tensors.table<std::int16_t>(block + ".rows", stride),
                        Tensors::usable(tensors.list<float>(block + ".scales", stride), block + ".scales")};
    if (view.rows.size() != count * stride) {
        throw FormatError("tensor \"" + block + ".rows\" has " + std::to_string(view.rows.size() / stride) +
                          " rows where " + std::to_string(count) + " are needed");
    }
    const auto none = view.rows.first(stride);
    if (std::any_of(none.begin(), none.end(), [](std::int16_t x) { return x != 0; }))
        throw FormatError("row 0 of tensor \"" + block + ".rows\", that of everything unknown, is not zero");
    return view;
}

void read_other_blocks(const Tensors& tensors, ScoringModel& model) {
    const auto weights = [&](std::string_view name) {
        return Tensors::usable(tensors.table<float>(name, model.heads()), name);
    };
    if (tensors.has("surface.weights")) {
        model.surface = weights("surface.weights");
        if (model.surface.size() != surface_count * model.heads()) {
            throw FormatError("tensor \"surface.weights\" has " +
                              std::to_string(model.surface.size() / model.heads()) + " rows where " +
                              std::to_string(surface_count) + " are needed");
        }
        model.surface_means =
            Tensors::usable(tensors.list<float>("surface.means", surface_count), "surface.means");
    }
    if (tensors.has("embedding.weights")) {
        model.embedding = weights("embedding.weights");
        model.embedding_size = model.embedding.size() / model.heads();
    }
    if (tensors.has("vectors.tags")) {
        const TermTable table = read_table(tensors, "vectors");
        model.vectors.emplace(table,
                              read_rows(tensors, "vectors", std::size_t{1} + table.places, model.heads()));
    }
}

}  // namespace

ScoringModel read_model(const Safetensors& file) {
    expect_version(file);
    const Tensors tensors(file);
    const FeatureConfig config = parse_feature_config(required_metadata(file, "features"));
    const auto bias = Tensors::usable(tensors.list<float>("heads.bias"), "heads.bias");
    if (bias.empty()) throw FormatError("it has no head");
    const std::size_t models = tensors.columns("parts.weights");
    if (models == 0) throw FormatError("it has no model");
    const TermIndex index =
        config.hash_bits == 0 ? TermIndex(read_table(tensors, "terms")) : TermIndex(config.hash_bits);
    ScoringModel model{.models = models,
                       .parts = read_parts(tensors, bias.size(), models),
                       .calibration = read_calibration(tensors, models),
                       .bias = bias,
                       .index = index,
                       .options = config.options,
                       .terms = read_rows(tensors, "terms", index.rows(), bias.size()),
                       .vectors = std::nullopt,
                       .surface = {},
                       .embedding = {},
                       .embedding_size = 0};
    read_other_blocks(tensors, model);
    return model;
}

}  // namespace pointsman
