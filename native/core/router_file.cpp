#include "pointsman/router_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

namespace pointsman {
namespace {

constexpr std::string_view format = "pointsman-router";
constexpr std::string_view version = "2";
/// Far beyond any trained weight, and small enough that no score overflows.
constexpr float largest_number = 1e6f;

std::span<const std::uint8_t> bytes_of(const RouterFile::Source& source) {
    if (const auto* file = std::get_if<MappedFile>(&source)) return file->bytes();
    return std::get<AlignedVector<std::uint8_t>>(source);
}

std::string_view metadata(const Safetensors& file, std::string_view key) {
    const auto value = file.metadata(key);
    if (!value) throw FormatError("its metadata has no \"" + std::string(key) + "\"");
    return *value;
}

void expect_version(const Safetensors& file) {
    if (file.metadata("format") != format)
        throw FormatError("it is a safetensors file but not a Pointsman router");
    const std::string_view found = metadata(file, "version");
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

TermIndex read_index(const Tensors& tensors, unsigned hash_bits) {
    if (hash_bits != 0) return TermIndex(hash_bits);
    try {
        return TermIndex(TermTable(tensors.list<std::uint16_t>("terms.multipliers"),
                                   tensors.list<std::uint32_t>("terms.tags")));
    } catch (const FormatError&) {
        throw;
    } catch (const std::invalid_argument& error) {
        throw FormatError(error.what());
    }
}

RowsView read_rows(const Tensors& tensors, std::size_t count, std::size_t heads) {
    const std::size_t stride = row_stride(heads);
    const RowsView view{stride, tensors.table<std::int16_t>("terms.rows", stride),
                        Tensors::usable(tensors.list<float>("terms.scales", stride), "terms.scales")};
    if (view.rows.size() != count * stride) {
        throw FormatError("tensor \"terms.rows\" has " + std::to_string(view.rows.size() / stride) +
                          " rows where " + std::to_string(count) + " are needed");
    }
    const auto none = view.rows.first(stride);
    if (std::any_of(none.begin(), none.end(), [](std::int16_t x) { return x != 0; }))
        throw FormatError("row 0 of tensor \"terms.rows\", that of everything unknown, is not zero");
    return view;
}

ScoringModel read_model(const Safetensors& file) {
    const Tensors tensors(file);
    const FeatureConfig config = parse_feature_config(metadata(file, "features"));
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
    const TermIndex index = read_index(tensors, config.hash_bits);
    return {.models = models,
            .classifiers = classifiers,
            .clusters = clusters,
            .rates = rates,
            .bias = bias,
            .index = index,
            .options = config.options,
            .terms = read_rows(tensors, index.rows(), bias.size())};
}

/// What tells a file from any other, and from what it was before.
using Identity = std::tuple<dev_t, ino_t, off_t, time_t, long>;

std::optional<Identity> identify(const std::string& path) {
    struct stat found;
    if (stat(path.c_str(), &found) != 0) return std::nullopt;
#if defined(__APPLE__)
    const timespec changed = found.st_mtimespec;
#else
    const timespec changed = found.st_mtim;
#endif
    return Identity{found.st_dev, found.st_ino, found.st_size, changed.tv_sec, changed.tv_nsec};
}

/// The files that are open, by identity; they live as long as someone uses them.
class OpenFiles {
public:
    std::shared_ptr<const RouterFile> get(const std::string& path) {
        const std::lock_guard lock(mutex_);
        std::erase_if(files_, [](const auto& entry) { return entry.second.expired(); });
        const auto before = identify(path);
        if (before) {
            if (const auto found = files_.find(*before); found != files_.end()) {
                if (auto file = found->second.lock()) return file;
            }
        }
        auto file = std::make_shared<const RouterFile>(MappedFile(path));
        // Not shared if the file was replaced meanwhile: it might be either.
        if (before && identify(path) == before) files_[*before] = file;
        return file;
    }

private:
    std::mutex mutex_;
    std::map<Identity, std::weak_ptr<const RouterFile>> files_;
};

}  // namespace

std::shared_ptr<const RouterFile> RouterFile::open(const std::string& path) {
    static OpenFiles files;
    return files.get(path);
}

std::shared_ptr<const RouterFile> RouterFile::from_bytes(std::span<const std::uint8_t> bytes) {
    return std::make_shared<const RouterFile>(AlignedVector<std::uint8_t>(bytes.begin(), bytes.end()));
}

RouterFile::RouterFile(Source source)
    : source_(std::move(source)), tensors_(bytes_of(source_)), model_([&] {
          expect_version(tensors_);
          return read_model(tensors_);
      }()) {
    info_ = metadata(tensors_, "router");
}

std::span<const std::uint8_t> RouterFile::bytes() const { return bytes_of(source_); }

}  // namespace pointsman
