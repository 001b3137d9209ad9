#include "core/fold.h"

#include <algorithm>

#include "core/unicode_table.h"
#include "core/utf8.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

constexpr char32_t capital_sigma = 0x03A3;
constexpr char32_t final_sigma = 0x03C2;
constexpr char32_t dotted_capital_i = 0x0130;

bool is_high(char16_t unit) { return (unit & 0xFC00) == 0xD800; }

bool is_low(char16_t unit) { return (unit & 0xFC00) == 0xDC00; }

char32_t join(char16_t high, char16_t low) {
    return 0x10000 + ((high - char32_t{0xD800}) << 10) + (low - char32_t{0xDC00});
}

/// The code point at i, which moves past it. A lone surrogate is itself.
char32_t next(std::u16string_view text, std::size_t& i) {
    const char16_t unit = text[i++];
    if (is_high(unit) && i < text.size() && is_low(text[i])) return join(unit, text[i++]);
    return unit;
}

/// The code point before i, which moves to it.
char32_t previous(std::u16string_view text, std::size_t& i) {
    const char16_t unit = text[--i];
    if (is_low(unit) && i > 0 && is_high(text[i - 1])) {
        --i;
        return join(text[i], unit);
    }
    return unit;
}

/// Whether the first code point that is not case-ignorable, going one way, is cased (Unicode 3.13,
/// Final_Sigma).
template <typename Step>
bool meets_cased(bool (*more)(std::u16string_view, std::size_t), Step step, std::u16string_view text,
                 std::size_t i) {
    while (more(text, i)) {
        const std::uint8_t flags = unicode::lookup(step(text, i)).flags;
        if (!(flags & unicode::ignorable)) return flags & unicode::cased;
    }
    return false;
}

/// A sigma ends its word if a cased letter stands before it and none after.
bool is_final(std::u16string_view text, std::size_t before, std::size_t after) {
    const auto left = [](std::u16string_view, std::size_t i) { return i > 0; };
    const auto right = [](std::u16string_view t, std::size_t i) { return i < t.size(); };
    return meets_cased(left, previous, text, before) && !meets_cased(right, next, text, after);
}

std::uint8_t* fold_point(std::u16string_view text, std::size_t& i, std::uint8_t* out) {
    const std::size_t start = i;
    const char32_t point = next(text, i);
    if (point < 0x80) return put_utf8(point, out);
    if (point == capital_sigma)
        return put_utf8(is_final(text, start, i) ? final_sigma : capital_sigma + 32, out);
    const unicode::Record& record = unicode::lookup(point);
    if (!(record.flags & unicode::word)) return put_utf8(' ', out);
    out = put_utf8(point + static_cast<char32_t>(record.lower_distance), out);
    // U+0130 lowers to "i" and U+0307, and that mark is no word character.
    return point == dotted_capital_i ? put_utf8(' ', out) : out;
}

}  // namespace

std::size_t fold(std::u16string_view text, std::uint8_t* out) {
    const TextKernels& simd = kernels().text;
    std::uint8_t* end = out;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t copied = simd.narrow(text.data() + i, text.size() - i, end);
        i += copied;
        end += copied;
        const std::size_t stop = std::min(i + narrow_block, text.size());
        while (i < stop) end = fold_point(text, i, end);
    }
    return static_cast<std::size_t>(end - out);
}

}  // namespace pointsman
