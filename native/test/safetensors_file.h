// Safetensors files made from a header's text, and what must hold of every file that is taken.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include "check.h"
#include "pointsman/aligned.h"
#include "pointsman/safetensors.h"

namespace pointsman::test {

using Bytes = AlignedVector<std::uint8_t>;

/// Header and data; the header is padded so that the data begins on a cache line.
inline Bytes file_of(std::string header, std::size_t data_bytes) {
    header.resize((8 + header.size() + 63) / 64 * 64 - 8, ' ');
    Bytes file(8 + header.size() + data_bytes);
    const std::uint64_t length = header.size();
    std::memcpy(file.data(), &length, sizeof length);
    std::copy(header.begin(), header.end(), file.begin() + 8);
    for (std::size_t i = 0; i < data_bytes; ++i)
        file[8 + header.size() + i] = static_cast<std::uint8_t>(i + 1);
    return file;
}

/// The reason for which a file is refused, or nothing; then its tensors must be all of its data.
inline std::string refusal(std::span<const std::uint8_t> file) {
    try {
        const Safetensors parsed(file);
        std::size_t total = 0;
        for (const Tensor& tensor : parsed.tensors()) {
            CHECK(parsed.find(tensor.name) == &tensor);
            CHECK(tensor.bytes.data() >= file.data());
            CHECK(tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size());
            total += tensor.bytes.size();
        }
        std::uint64_t header;
        std::memcpy(&header, file.data(), sizeof header);
        CHECK(8 + header + total == file.size());
    } catch (const FormatError& error) {
        CHECK(error.what()[0] != '\0');
        return error.what();
    }
    return "";
}

}  // namespace pointsman::test
