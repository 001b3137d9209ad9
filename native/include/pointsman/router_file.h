// A router file, opened: checked once, then scored straight from its bytes. docs/router-file.md has the
// layout.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "pointsman/aligned.h"
#include "pointsman/mapped_file.h"
#include "pointsman/safetensors.h"
#include "pointsman/scoring_model.h"

namespace pointsman {

class RouterFile {
public:
    /// Maps the file. All who open it in this process share one RouterFile while it is in use, so that it is
    /// checked, and takes memory, once. Throws FormatError, or std::system_error from MappedFile.
    static std::shared_ptr<const RouterFile> open(const std::string& path);
    /// Takes a copy. Throws FormatError.
    static std::shared_ptr<const RouterFile> from_bytes(std::span<const std::uint8_t> bytes);

    /// Borrowed from the file.
    const ScoringModel& model() const { return model_; }
    /// What the router says of itself, a JSON text that this class does not read.
    std::string_view info() const { return info_; }
    const Safetensors& tensors() const { return tensors_; }
    std::span<const std::uint8_t> bytes() const;

    /// Use the functions above.
    using Source = std::variant<MappedFile, AlignedVector<std::uint8_t>>;
    explicit RouterFile(Source source);

private:
    Source source_;
    Safetensors tensors_;
    std::string_view info_;
    ScoringModel model_;
};

/// "features" of a router file's metadata: how text becomes terms.
struct FeatureConfig {
    TermOptions options;
    /// 0: a vocabulary.
    unsigned hash_bits;
};

/// Reads it from JSON; throws FormatError that names the field.
FeatureConfig parse_feature_config(std::string_view text);

}  // namespace pointsman
