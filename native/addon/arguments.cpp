#include "addon/arguments.h"

#include <algorithm>
#include <cmath>

namespace pointsman::addon {
namespace {

std::string message(std::string_view expected, std::string_view name, std::string_view received) {
    std::string text = "Expected ";
    text.append(expected).append(" for ").append(name).append(" but received ").append(received);
    return text += ".";
}

std::string show(Napi::Value value) {
    if (value.IsString()) return "a string";
    if (value.IsArray()) return "an array";
    if (value.IsFunction()) return "a function";
    if (value.IsSymbol()) return "a symbol";
    if (value.IsNull() || !value.IsObject()) return value.ToString().Utf8Value();
    return value.IsTypedArray() ? "another typed array" : "an object";
}

std::string show(double value) {
    std::string text = std::to_string(value);
    if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

double read_finite_number(Napi::Value value, std::string_view name) {
    if (!value.IsNumber()) fail_type(value.Env(), "a number", name, value);
    const double number = value.As<Napi::Number>().DoubleValue();
    if (!std::isfinite(number)) fail_type(value.Env(), "a finite number", name, value);
    return number;
}

}  // namespace

void fail_type(Napi::Env env, std::string_view expected, std::string_view name, Napi::Value received) {
    throw Napi::TypeError::New(env, message(expected, name, show(received)));
}

void fail_range(Napi::Env env, std::string_view expected, std::string_view name, std::string_view received) {
    throw Napi::RangeError::New(env, message(expected, name, received));
}

Napi::Object read_object(Napi::Value value, std::string_view name) {
    if (!value.IsObject()) fail_type(value.Env(), "an object", name, value);
    return value.As<Napi::Object>();
}

bool read_boolean(Napi::Object options, const char* name) {
    const Napi::Value value = options.Get(name);
    if (!value.IsBoolean()) fail_type(options.Env(), "true or false", name, value);
    return value.As<Napi::Boolean>();
}

double read_number(Napi::Object options, const char* name, double least, double most) {
    const double number = read_finite_number(options.Get(name), name);
    if (number < least || number > most) {
        fail_range(options.Env(), "a number from " + show(least) + " to " + show(most), name, show(number));
    }
    return number;
}

std::uint32_t read_integer(Napi::Object options, const char* name, std::uint32_t least, std::uint32_t most) {
    return read_integer(options.Get(name), name, least, most);
}

std::uint32_t read_integer(Napi::Value value, std::string_view name, std::uint32_t least,
                           std::uint32_t most) {
    const double number = read_finite_number(value, name);
    if (number < least || number > most || number != std::floor(number)) {
        fail_range(value.Env(),
                   "a whole number from " + std::to_string(least) + " to " + std::to_string(most), name,
                   show(number));
    }
    return static_cast<std::uint32_t>(number);
}

static NgramRange read_range(Napi::Object options, const char* name, std::uint32_t least,
                             std::uint32_t most) {
    const Napi::Value value = options.Get(name);
    const auto expected =
        "two ascending whole numbers from " + std::to_string(least) + " to " + std::to_string(most);
    if (!value.IsArray()) fail_type(options.Env(), expected, name, value);
    const auto pair = value.As<Napi::Array>();
    const auto read = [&](std::uint32_t i) {
        const Napi::Value item = pair.Get(i);
        const double n = item.IsNumber() ? item.As<Napi::Number>().DoubleValue() : 0;
        if (!(n >= least && n <= most && n == std::floor(n)))
            fail_range(options.Env(), expected, name, show(item));
        return static_cast<std::uint32_t>(n);
    };
    const NgramRange range{read(0), read(1)};
    if (pair.Length() != 2 || range.shortest > range.longest)
        fail_range(options.Env(), expected, name, "others");
    return range;
}

TokenPattern read_token_pattern(Napi::Value value) {
    if (value.IsUndefined()) return TokenPattern::two_or_more;
    const auto pattern =
        value.IsString() ? find_token_pattern(value.As<Napi::String>().Utf8Value()) : std::nullopt;
    if (!pattern) fail_type(value.Env(), R"("\w\w+" or "\w+")", "tokenPattern", value);
    return *pattern;
}

NgramOptions read_ngrams(Napi::Object options) {
    NgramOptions ngrams{.words = read_range(options, "ngramRange", 1, max_ngram),
                        .token_pattern = read_token_pattern(options.Get("tokenPattern"))};
    if (!options.Get("charNgramRange").IsUndefined())
        ngrams.chars = read_range(options, "charNgramRange", 2, max_char_ngram);
    return ngrams;
}

TermOptions read_term_options(Napi::Object options) {
    const Napi::Env env = options.Env();
    const Napi::Value name = options.Get("norm");
    const std::string norm = name.IsString() ? name.As<Napi::String>().Utf8Value() : "";
    if (norm != "l2" && norm != "occurrence") fail_type(env, "\"l2\" or \"occurrence\"", "norm", name);
    const TermOptions out{.ngrams = read_ngrams(options),
                          .sublinear_tf = read_boolean(options, "sublinearTf"),
                          .norm = norm == "l2" ? Norm::l2 : Norm::occurrence};
    if (out.norm == Norm::occurrence && out.sublinear_tf)
        fail_range(env, "false with the norm \"occurrence\"", "sublinearTf", "true");
    return out;
}

void expect_length(Napi::Env env, std::string_view name, std::size_t expected, std::size_t received) {
    if (received == expected) return;
    fail_range(env, "a length of " + std::to_string(expected), name, std::to_string(received));
}

std::vector<float> read_finite(Napi::Value value, std::string_view name) {
    auto values = read_array<float>(value, name);
    const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
    if (bad != values.end()) {
        fail_range(value.Env(), "finite values", name,
                   show(double{*bad}) + " at " + std::to_string(bad - values.begin()));
    }
    return values;
}

void Texts::read(Napi::Value value, std::string_view name) {
    units_.clear();
    ends_.clear();
    if (!value.IsArray()) fail_type(value.Env(), "an array of strings", name, value);
    const auto array = value.As<Napi::Array>();
    const std::uint32_t count = array.Length();
    for (std::uint32_t i = 0; i < count; ++i) {
        const Napi::HandleScope scope(value.Env());
        const Napi::Value text = array.Get(i);
        if (!text.IsString()) {
            fail_type(value.Env(), "a string", std::string(name) + "[" + std::to_string(i) + "]", text);
        }
        append(value.Env(), text);
        ends_.push_back(units_.size());
    }
}

void Texts::append(napi_env env, napi_value text) {
    const std::size_t begin = units_.size();
    std::size_t length;
    napi_get_value_string_utf16(env, text, nullptr, 0, &length);
    // One unit more for the zero that Node-API writes behind.
    units_.resize(begin + length + 1);
    napi_get_value_string_utf16(env, text, units_.data() + begin, length + 1, &length);
    units_.resize(begin + length);
}

std::vector<std::u16string_view> Texts::views() const {
    std::vector<std::u16string_view> views;
    std::size_t start = 0;
    for (const std::size_t end : ends_) {
        views.emplace_back(units_.data() + start, end - start);
        start = end;
    }
    return views;
}

Csr read_csr(Napi::Value value, std::string_view name) {
    const Napi::Env env = value.Env();
    const Napi::Object object = read_object(value, name);
    const auto part = [&](const char* field) { return std::string(name) + "." + field; };
    Csr X{.rows = read_integer(object.Get("rows"), part("rows"), 0),
          .columns = read_integer(object.Get("columns"), part("columns"), 0),
          .indptr = read_array<std::uint32_t>(object.Get("indptr"), part("indptr")),
          .indices = read_array<std::uint32_t>(object.Get("indices"), part("indices")),
          .values = read_finite(object.Get("values"), part("values"))};
    expect_length(env, part("indptr"), X.rows + 1, X.indptr.size());
    expect_length(env, part("values"), X.indices.size(), X.values.size());
    if (X.indptr.front() != 0 || X.indptr.back() != X.indices.size() ||
        !std::is_sorted(X.indptr.begin(), X.indptr.end())) {
        fail_range(env, "ascending offsets from 0 to " + std::to_string(X.indices.size()), part("indptr"),
                   "others");
    }
    for (std::size_t row = 0; row < X.rows; ++row) {
        for (std::size_t k = X.indptr[row]; k < X.indptr[row + 1]; ++k) {
            if (X.indices[k] < X.columns && (k == X.indptr[row] || X.indices[k - 1] < X.indices[k])) continue;
            fail_range(env, "columns below " + std::to_string(X.columns) + " that ascend in each row",
                       part("indices"), std::to_string(X.indices[k]) + " in row " + std::to_string(row));
        }
    }
    return X;
}

OwnedTerms::OwnedTerms(Napi::Object from) {
    const Napi::Env env = from.Env();
    if (!from.Get("hashBits").IsUndefined()) {
        hash_bits = read_integer(from, "hashBits", TermIndex::least_hash_bits, TermIndex::most_hash_bits);
        return;
    }
    bytes = read_array<std::uint8_t>(from.Get("terms"), "terms");
    offsets = read_array<std::uint32_t>(from.Get("offsets"), "offsets");
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != bytes.size() ||
        !std::is_sorted(offsets.begin(), offsets.end())) {
        fail_range(env, "ascending offsets from 0 to " + std::to_string(bytes.size()), "offsets", "others");
    }
    if (list().size() > TermTable::max_terms) {
        fail_range(env, "at most " + std::to_string(TermTable::max_terms) + " terms", "terms",
                   std::to_string(list().size()));
    }
}

}  // namespace pointsman::addon
