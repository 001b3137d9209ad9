#include "core/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

#include "core/utf8.h"

namespace pointsman::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the UTF-8 sequence, longer than one byte, that `text` starts with; 0 if it is not well formed.
std::size_t sequence_length(std::string_view text) {
    static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const auto length = static_cast<std::size_t>(std::countl_one(lead));
    if (length < 2 || length > 4 || length > text.size()) return 0;
    char32_t point = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        if ((byte & 0xC0) != 0x80) return 0;
        point = point << 6 | (byte & 0x3F);
    }
    const bool is_surrogate = point >= 0xD800 && point < 0xE000;
    return point >= least[length] && point <= 0x10FFFF && !is_surrogate ? length : 0;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Value document() {
        Value value = any(0);
        skip_space();
        if (at_ != text_.size()) fail("the end was expected");
        return value;
    }

private:
    [[noreturn]] void fail(const char* reason) const {
        throw FormatError(std::string(reason) + " at byte " + std::to_string(at_));
    }

    /// NUL at the end, which is nowhere allowed.
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    /// @param depth containers around the value.
    Value any(unsigned depth) {
        skip_space();
        if (++values_ > max_values) fail("there are too many values");
        switch (peek()) {
            case '{':
                return {object(depth)};
            case '[':
                return {array(depth)};
            case '"':
                return {string()};
            case 't':
                return word("true", {true});
            case 'f':
                return word("false", {false});
            case 'n':
                return word("null", {nullptr});
            default:
                return {number()};
        }
    }

    Value word(std::string_view letters, Value value) {
        if (!text_.substr(at_).starts_with(letters)) fail("a value was expected");
        at_ += letters.size();
        return value;
    }

    /// Past the bracket that opens a container.
    void enter(unsigned depth) {
        if (depth == max_depth) fail("it is nested too deep");
        ++at_;
        skip_space();
    }

    /// After an entry: whether another one follows.
    bool has_more(char end) {
        skip_space();
        if (take(',')) return true;
        if (!take(end)) fail("a comma or the closing bracket was expected");
        return false;
    }

    Array array(unsigned depth) {
        enter(depth);
        Array entries;
        if (take(']')) return entries;
        do entries.push_back(any(depth + 1));
        while (has_more(']'));
        return entries;
    }

    Object object(unsigned depth) {
        enter(depth);
        std::vector<Member> members;
        if (take('}')) return {};
        do {
            skip_space();
            if (peek() != '"') fail("a key was expected");
            std::string key = string();
            skip_space();
            if (!take(':')) fail("a colon was expected");
            members.push_back({std::move(key), any(depth + 1)});
        } while (has_more('}'));
        std::ranges::sort(members, {}, &Member::key);
        if (std::ranges::adjacent_find(members, {}, &Member::key) != members.end())
            fail("a key repeats in the object that ends");
        return {std::move(members)};
    }

    std::string string() {
        ++at_;
        std::string out;
        while (!take('"')) {
            if (at_ == text_.size()) fail("a closing quotation mark was expected");
            const auto byte = static_cast<std::uint8_t>(text_[at_]);
            if (byte < 0x20) fail("a control character stands in a text");
            if (byte == '\\') {
                ++at_;
                std::uint8_t bytes[4];
                out.append(bytes, put_utf8(escaped(), bytes));
                continue;
            }
            const std::size_t length = byte < 0x80 ? 1 : sequence_length(text_.substr(at_));
            if (length == 0) fail("a text is not UTF-8");
            out.append(text_, at_, length);
            at_ += length;
        }
        return out;
    }

    /// The code point behind a backslash.
    char32_t escaped() {
        static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        if (!take('u')) {
            const std::size_t which = letters.find(peek());
            if (which == std::string_view::npos) fail("an escape is unknown");
            ++at_;
            return static_cast<char32_t>(meanings[which]);
        }
        const char32_t unit = four_digits();
        if (unit < 0xD800 || unit >= 0xE000) return unit;
        if (unit < 0xDC00 && take('\\') && take('u')) {
            const char32_t low = four_digits();
            if (low >= 0xDC00 && low < 0xE000) return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
        fail("a surrogate lacks its other half");
    }

    char32_t four_digits() {
        std::uint16_t unit;
        const std::string_view digits = text_.substr(at_, 4);
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), unit, 16);
        if (error != std::errc() || end - digits.begin() != 4) fail("four hexadecimal digits were expected");
        at_ += 4;
        return unit;
    }

    Number number() {
        const std::size_t start = at_;
        take('-');
        if (!take('0')) skip_digits();
        if (take('.')) skip_digits();
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            skip_digits();
        }
        const std::string_view letters = text_.substr(start, at_ - start);
        Number result{};
        if (std::from_chars(letters.begin(), letters.end(), result.value).ec != std::errc())
            fail("a number is out of range");
        std::uint64_t whole;
        const auto [end, error] = std::from_chars(letters.begin(), letters.end(), whole);
        if (error == std::errc() && end == letters.end()) result.whole = whole;
        return result;
    }

    void skip_digits() {
        if (!is_digit(peek())) fail("a value was expected");
        while (is_digit(peek())) ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
};

}  // namespace

const Value* Object::find(std::string_view key) const {
    const auto found = std::ranges::lower_bound(members, key, {}, &Member::key);
    return found != members.end() && found->key == key ? &found->value : nullptr;
}

Value parse(std::string_view text) { return Parser(text).document(); }

}  // namespace pointsman::json
