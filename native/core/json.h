// Reads JSON (RFC 8259) from sources that are not trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pointsman/format_error.h"

namespace pointsman::json {

struct Value;
struct Member;

struct Number {
    double value;
    /// The same exactly, if it is written as a whole number of at most 64 bits: digits alone.
    std::optional<std::uint64_t> whole;
};

using Array = std::vector<Value>;

struct Object {
    const Value* find(std::string_view key) const;

    /// Ascending by key, each key once.
    std::vector<Member> members;
};

struct Value {
    /// The value if it is a T, else nullptr.
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&content);
    }

    std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> content;
};

struct Member {
    std::string key;
    Value value;
};

/// Containers within containers, and values of a document with all that they hold: bounds on stack and
/// memory.
inline constexpr unsigned max_depth = 16;
inline constexpr std::size_t max_values = std::size_t{1} << 20;

/// The one value in `text`. Throws FormatError that names the reason and the byte for what is not JSON, and
/// for what readers of JSON disagree on: keys that repeat, lone surrogates, bytes that are not UTF-8, a byte
/// order mark, numbers beyond a double's range.
Value parse(std::string_view text);

}  // namespace pointsman::json
