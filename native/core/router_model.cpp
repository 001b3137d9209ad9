#include "core/router_model.h"

#include <algorithm>
#include <cmath>
#include <string>

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
/// Far beyond any trained weight, and small enough that no score overflows.
constexpr float largest_number = 1e6f;

void expect_version(const Safetensors& file) {
    if (file.metadata("format") != format)
        throw FormatError("it is a safetensors file but not a Pointsman router");
    const std::string_view found = required_metadata(file, "version");
    if (found == version) return;
    throw FormatError("it is a router file of version " + std::string(found.substr(0, 20)) +
                      " and this Pointsman reads version " + std::string(version) +
                      "; train the router again, or use the Pointsman that made it");
}

/// Tensors by name, with type, shape and values checked.
class Tensors {
public:
    explicit Tensors(const Safetensors& file) : file_(file) {}

    bool has(std::string_view name) const { return file_.find(name) != nullptr; }

    template <typename T>
    std::span<const T> list(std::string_view name) const {
        return find(name, 1).as<T>();
    }

    template <typename T>
    std::span<const T> list(std::string_view name, std::size_t size) const {
        const Tensor& tensor = find(name, 1);
        if (tensor.shape[0] != size) fail(tensor, std::to_string(size));
        return tensor.as<T>();
    }

    std::size_t columns(std::string_view name) const {
        return static_cast<std::size_t>(find(name, 2).shape[1]);
    }

    /// Rows of `columns`; how many is the caller's to check.
    template <typename T>
    std::span<const T> table(std::string_view name, std::size_t columns) const {
        const Tensor& tensor = find(name, 2);
        if (tensor.shape[1] != columns) fail(tensor, "any, " + std::to_string(columns));
        return tensor.as<T>();
    }

    static std::span<const float> usable(std::span<const float> numbers, std::string_view name) {
        const auto is_usable = [](float x) { return std::abs(x) <= largest_number; };
        const auto bad = std::find_if_not(numbers.begin(), numbers.end(), is_usable);
        if (bad != numbers.end()) {
            throw FormatError("tensor \"" + std::string(name) + "\" holds " + std::to_string(*bad) +
                              " at element " + std::to_string(bad - numbers.begin()));
        }
        return numbers;
    }

private:
    const Tensor& find(std::string_view name, std::size_t dimensions) const {
        const Tensor* tensor = file_.find(name);
        if (tensor == nullptr) throw FormatError("tensor \"" + std::string(name) + "\" is missing");
        if (tensor->shape.size() != dimensions) {
            throw FormatError("tensor \"" + tensor->name + "\" has " + std::to_string(tensor->shape.size()) +
                              " dimensions where " + std::to_string(dimensions) + " are needed");
        }
        return *tensor;
    }

    [[noreturn]] static void fail(const Tensor& tensor, const std::string& expected) {
        std::string shape;
        for (const auto size : tensor.shape) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
        throw FormatError("tensor \"" + tensor.name + "\" has shape [" + shape + "] where [" + expected +
                          "] is needed");
    }

    const Safetensors& file_;
};

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
    std::size_t models = bias.size();
    std::size_t clusters = 0;
    std::span<const float> rates;
    if (tensors.has("heads.rates")) {
        models = tensors.columns("heads.rates");
        rates = Tensors::usable(tensors.table<float>("heads.rates", models), "heads.rates");
        clusters = models == 0 ? 0 : rates.size() / models;
    }
    const std::size_t classifiers = bias.size() - std::min(clusters, bias.size());
    if (models == 0 || clusters > bias.size() || (classifiers != 0 && classifiers != models)) {
        throw FormatError("it has " + std::to_string(bias.size()) + " heads for " + std::to_string(models) +
                          " models and " + std::to_string(clusters) + " clusters");
    }
    const TermIndex index =
        config.hash_bits == 0 ? TermIndex(read_table(tensors, "terms")) : TermIndex(config.hash_bits);
    ScoringModel model{.models = models,
                       .classifiers = classifiers,
                       .clusters = clusters,
                       .rates = rates,
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
