// UTF-8 from outside as UTF-16.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pointsman {

/// Replaces `out`; false if the bytes are not UTF-8: cut off, longer than need be, a surrogate, above
/// U+10FFFF.
inline bool to_utf16(std::string_view bytes, std::u16string& out) {
    out.clear();
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<std::uint8_t>(bytes[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (size == 0 || size > bytes.size() - i) return false;
        char32_t point = size == 1 ? lead : lead & (0x7Fu >> size);
        for (std::size_t k = 1; k < size; ++k) {
            const auto tail = static_cast<std::uint8_t>(bytes[i + k]);
            if ((tail & 0xC0) != 0x80) return false;
            point = point << 6 | (tail & 0x3Fu);
        }
        constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < least[size] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) || lead >= 0xF8)
            return false;
        if (point < 0x10000) {
            out += static_cast<char16_t>(point);
        } else {
            out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
            out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
        i += size;
    }
    return true;
}

}  // namespace pointsman
