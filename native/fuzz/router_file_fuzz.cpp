// A router file is refused, or scores any text within bounds whatever its tables hold. The first byte says
// what the rest is: even, a whole file; odd, four sizes, the text of the features up to a NUL, and the data
// of tensors of those sizes: most of such files are taken.
#include "pointsman/router_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "pointsman/explain.h"
#include "pointsman/scorer.h"
#include "pointsman/surface.h"
#include "safetensors_file.h"

using namespace pointsman;

namespace {

/// Appends tensors to a file; their bytes come from the input, over and over.
class FileMaker {
public:
    explicit FileMaker(std::span<const std::uint8_t> source) : source_(source) {}

    /// The first `zeros` elements are 0.
    void add(const char* name, const char* dtype, std::size_t element, std::vector<std::size_t> shape,
             std::size_t zeros = 0) {
        std::size_t size = element;
        std::string sizes;
        for (const std::size_t n : shape) {
            size *= n;
            sizes += (sizes.empty() ? "" : ",") + std::to_string(n);
        }
        header_ += std::string(",\"") + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + sizes +
                   "],\"data_offsets\":[" + std::to_string(data_.size()) + "," +
                   std::to_string(data_.size() + size) + "]}";
        for (std::size_t i = 0; i < size; ++i) {
            const bool is_zero = source_.empty() || i < zeros * element;
            data_.push_back(is_zero ? 0 : source_[next_++ % source_.size()]);
        }
    }

    /// The same for floats in 0..1, ascending within rows of `sorted`.
    void add_shares(const char* name, const std::vector<std::size_t>& shape, std::size_t sorted = 1) {
        const std::size_t begin = data_.size();
        add(name, "F32", 4, shape);
        // With such exponents no float is 1 or more.
        for (std::size_t i = begin + 3; i < data_.size(); i += 4) data_[i] %= 0x3f;
        std::vector<float> values((data_.size() - begin) / 4);
        if (values.empty()) return;
        std::memcpy(values.data(), data_.data() + begin, 4 * values.size());
        for (std::size_t row = 0; row + sorted <= values.size(); row += sorted)
            std::sort(values.data() + row, values.data() + row + sorted);
        std::memcpy(data_.data() + begin, values.data(), 4 * values.size());
    }

    void add_layout(const std::vector<std::uint32_t>& layout) {
        const std::size_t begin = data_.size();
        add("parts.layout", "U32", 4, {layout.size() / 3, 3});
        std::memcpy(data_.data() + begin, layout.data(), 4 * layout.size());
    }

    test::Bytes file(const std::string& features) const {
        std::string escaped;
        for (const char c : features) escaped += c == '"' ? "\\\"" : std::string(1, c);
        auto file = test::file_of(
            R"({"__metadata__":{"format":"pointsman-router","version":"3","router":"{}","features":")" +
                escaped + "\"}" + header_ + "}",
            data_.size());
        std::copy(data_.begin(), data_.end(), file.end() - static_cast<std::ptrdiff_t>(data_.size()));
        return file;
    }

private:
    std::span<const std::uint8_t> source_;
    std::size_t next_ = 0;
    std::string header_;
    std::vector<std::uint8_t> data_;
};

/// Parts of all kinds, by the bits of two bytes.
class PartsMaker {
public:
    PartsMaker(std::span<const std::uint8_t> sizes)
        : models_(1 + sizes[0] % 20),
          clusters_(sizes[1] % 4),
          has_neighbors_(sizes[1] & 64),
          is_calibrated_(sizes[1] & 128) {
        if (sizes[0] >= 128 || (clusters_ == 0 && !has_neighbors_)) append(0, models_, 0);
        if (clusters_ > 0) append(sizes[1] & 32 ? 2 : 1, clusters_, 0);
        if (has_neighbors_) append(3, clusters_ + 1, 1 + clusters_);
    }

    std::size_t heads() const { return heads_; }

    void add_to(FileMaker& maker) const {
        maker.add_layout(layout_);
        maker.add("parts.weights", "F32", 4, {layout_.size() / 3, models_});
        std::size_t part = layout_[0] == 0 ? 1 : 0;
        if (clusters_ > 0)
            maker.add_shares(("parts." + std::to_string(part++) + ".rates").c_str(), {clusters_, models_});
        if (is_calibrated_) maker.add_shares("calibration.knots", {models_, 3}, 3);
        if (!has_neighbors_) return;
        const std::string block = "parts." + std::to_string(part) + ".";
        maker.add_shares((block + "vectors").c_str(), {2, clusters_ + 1, 32});
        maker.add_shares((block + "labels").c_str(), {40, models_});
        maker.add_shares((block + "overall").c_str(), {models_});
        maker.add_shares((block + "shrinkage").c_str(), {1});
    }

private:
    void append(std::uint32_t kind, std::size_t heads, std::size_t k) {
        layout_.insert(layout_.end(),
                       {kind, static_cast<std::uint32_t>(heads), static_cast<std::uint32_t>(k)});
        heads_ += heads;
    }

    std::size_t models_;
    std::size_t clusters_;
    bool has_neighbors_;
    bool is_calibrated_;
    std::size_t heads_ = 0;
    std::vector<std::uint32_t> layout_;
};

test::Bytes make_file(std::span<const std::uint8_t> input) {
    const PartsMaker parts(input);
    const std::size_t heads = parts.heads();
    const std::size_t places = 1 + input[2] % 20;
    const auto end = std::find(input.begin() + 4, input.end(), '\0');
    const std::string features(input.begin() + 4, end);
    FileMaker maker(input.subspan(static_cast<std::size_t>(end - input.begin())));
    const std::size_t stride = row_stride(heads);
    const bool has_vectors = input[1] & 4, has_surface = input[1] & 8, has_embedding = input[1] & 16;
    // The widest elements first.
    maker.add("heads.bias", "F32", 4, {heads});
    parts.add_to(maker);
    if (has_surface) {
        maker.add("surface.weights", "F32", 4, {surface_count, heads});
        maker.add("surface.means", "F32", 4, {surface_count});
    }
    if (has_embedding) maker.add("embedding.weights", "F32", 4, {places, heads});
    maker.add("terms.scales", "F32", 4, {stride});
    maker.add("terms.tags", "U32", 4, {places});
    if (has_vectors) {
        maker.add("vectors.scales", "F32", 4, {stride});
        maker.add("vectors.tags", "U32", 4, {places});
        maker.add("vectors.multipliers", "U16", 2, {1});
        maker.add("vectors.rows", "I16", 2, {1 + places, stride}, stride);
    }
    maker.add("terms.multipliers", "U16", 2, {std::size_t{1} << input[3] % 6});
    // With the hashing trick the rows are as many as 2^4 buckets need.
    maker.add("terms.rows", "I16", 2, {input[3] >= 128 ? 17 : 1 + places, stride}, stride);
    return maker.file(features);
}

void score(const RouterFile& router) {
    const ScoringModel& model = router.model();
    CHECK(router.bytes().size() > 8);
    Scorer scorer(model, 100);
    std::vector<float> scores(model.models), affinities(model.clusters());
    const std::vector<float> embedding(model.embedding_size, 1);
    for (const std::u16string_view text :
         {u"", u"a", u"the cat and the dog and the cat", u"\u65E5\u672C\u8A9E \u00C9T\u00C9 x_1 \xD800"}) {
        scorer.score(text, scores.data(), affinities.data(), embedding.data());
        for (const float score : scores) {
            CHECK(std::isfinite(score));
            const bool is_share = !model.calibration.empty();
            CHECK(!is_share || (score >= 0 && score <= 1));
        }
        for (const float affinity : affinities) CHECK(std::isfinite(affinity));
        const Explanation explanation = explain(model, text, embedding.data());
        CHECK(explanation.effects.size() == explanation.terms.size() * model.models);
        for (const float effect : explanation.effects) CHECK(std::isfinite(effect));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 5) return 0;
    const std::span<const std::uint8_t> input(data + 1, size - 1);
    std::shared_ptr<const RouterFile> router;
    try {
        router = data[0] % 2 == 0 ? RouterFile::from_bytes(input) : RouterFile::from_bytes(make_file(input));
    } catch (const FormatError& error) {
        CHECK(error.what()[0] != '\0');
        return 0;
    }
    score(*router);
    return 0;
}
