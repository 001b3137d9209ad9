// Code points as UTF-8.
#pragma once

#include <cstdint>

namespace pointsman {

/// Writes a code point (1 to 4 bytes); returns the end of what it wrote.
inline std::uint8_t* put_utf8(char32_t point, std::uint8_t* out) {
    const auto tail = [&](unsigned shift) {
        *out++ = static_cast<std::uint8_t>(0x80 | (point >> shift & 0x3F));
    };
    if (point < 0x80) {
        *out++ = static_cast<std::uint8_t>(point);
    } else if (point < 0x800) {
        *out++ = static_cast<std::uint8_t>(0xC0 | point >> 6);
        tail(0);
    } else if (point < 0x10000) {
        *out++ = static_cast<std::uint8_t>(0xE0 | point >> 12);
        tail(6);
        tail(0);
    } else {
        *out++ = static_cast<std::uint8_t>(0xF0 | point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
    return out;
}

}  // namespace pointsman
