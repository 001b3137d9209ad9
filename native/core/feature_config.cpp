#include <algorithm>
#include <string>

#include "core/json.h"
#include "pointsman/router_file.h"

namespace pointsman {
namespace {

class Reader {
public:
    explicit Reader(const json::Value& value) : object_(value.as<json::Object>()) {
        if (object_ == nullptr) throw FormatError("the feature configuration is not an object");
    }

    NgramRange range(std::string_view key, std::uint64_t least, std::uint64_t most) {
        const auto* pair = find(key).as<json::Array>();
        if (pair == nullptr || pair->size() != 2) fail(key, "not two numbers");
        const auto shortest = whole(key, (*pair)[0], least, most);
        return {shortest, whole(key, (*pair)[1], shortest, most)};
    }

    std::uint32_t integer(std::string_view key, std::uint64_t least, std::uint64_t most) {
        return whole(key, find(key), least, most);
    }

    bool boolean(std::string_view key) {
        const auto* value = find(key).as<bool>();
        if (value == nullptr) fail(key, "neither true nor false");
        return *value;
    }

    std::string_view text(std::string_view key) {
        const auto* value = find(key).as<std::string>();
        if (value == nullptr) fail(key, "not text");
        return *value;
    }

    bool has(std::string_view key) const { return object_->find(key) != nullptr; }

    /// A setting that is not known must not be ignored: it would change the scores.
    void refuse_others(std::size_t known) const {
        if (object_->members.size() > known)
            throw FormatError("the feature configuration has a field that is not known here");
    }

private:
    [[noreturn]] static void fail(std::string_view key, std::string_view what) {
        throw FormatError("\"" + std::string(key) + "\" of the feature configuration is " +
                          std::string(what));
    }

    const json::Value& find(std::string_view key) const {
        const json::Value* value = object_->find(key);
        if (value == nullptr) fail(key, "missing");
        return *value;
    }

    static std::uint32_t whole(std::string_view key, const json::Value& value, std::uint64_t least,
                               std::uint64_t most) {
        const auto* number = value.as<json::Number>();
        if (number == nullptr || !number->whole || *number->whole < least || *number->whole > most) {
            fail(key, "not from " + std::to_string(least) + " to " + std::to_string(most) + ", ascending");
        }
        return static_cast<std::uint32_t>(*number->whole);
    }

    const json::Object* object_;
};

json::Value parse_json(std::string_view text) {
    try {
        return json::parse(text);
    } catch (const FormatError& error) {
        throw FormatError(std::string("the feature configuration is not JSON: ") + error.what());
    }
}

}  // namespace

FeatureConfig parse_feature_config(std::string_view text) {
    const json::Value document = parse_json(text);
    Reader reader(document);
    std::size_t fields = 3;
    FeatureConfig config{};
    config.options.ngrams.words = reader.range("words", 1, max_ngram);
    if (reader.has("chars")) {
        config.options.ngrams.chars = reader.range("chars", 2, max_char_ngram);
        ++fields;
    }
    if (reader.has("token_pattern")) {
        const auto pattern = find_token_pattern(reader.text("token_pattern"));
        if (!pattern) throw FormatError(R"("token_pattern" is neither "\w\w+" nor "\w+")");
        config.options.ngrams.token_pattern = *pattern;
        ++fields;
    }
    if (reader.has("hash_bits")) {
        config.hash_bits = reader.integer("hash_bits", TermIndex::least_hash_bits, TermIndex::most_hash_bits);
        ++fields;
    }
    config.options.sublinear_tf = reader.boolean("sublinear_tf");
    const std::string_view norm = reader.text("norm");
    if (norm != "l2" && norm != "occurrence")
        throw FormatError("\"norm\" is neither \"l2\" nor \"occurrence\"");
    config.options.norm = norm == "l2" ? Norm::l2 : Norm::occurrence;
    if (config.options.norm == Norm::occurrence && config.options.sublinear_tf)
        throw FormatError("sublinear counts need the norm \"l2\"");
    reader.refuse_others(fields);
    return config;
}

}  // namespace pointsman
