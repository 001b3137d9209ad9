// The files that bench/lib/exchange.mjs writes for programs and scripts: little-endian, nothing aligned.
#pragma once

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class Reader {
public:
    explicit Reader(const std::string& path) : file_(path, std::ios::binary) {
        if (!file_) throw std::runtime_error("cannot read " + path);
    }

    std::uint32_t number() { return array<std::uint32_t>(1)[0]; }

    template <typename T>
    std::vector<T> array(std::size_t count) {
        std::vector<T> values(count);
        file_.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
        if (!file_) throw std::runtime_error("a file of the bench ends too early");
        return values;
    }

private:
    std::ifstream file_;
};

/// Prompts one behind the other, as V8 hands them over.
struct Prompts {
    std::vector<char16_t> units;
    std::vector<std::u16string_view> texts;
    std::size_t longest = 0;
};

/// count, lengths[count], UTF-16 units.
inline Prompts read_prompts(const std::string& path) {
    Reader reader(path);
    const std::vector<std::uint32_t> lengths = reader.array<std::uint32_t>(reader.number());
    std::size_t total = 0;
    for (const std::uint32_t length : lengths) total += length;
    Prompts prompts{.units = reader.array<char16_t>(total), .texts = {}};
    std::size_t start = 0;
    for (const std::uint32_t length : lengths) {
        prompts.texts.emplace_back(prompts.units.data() + start, length);
        prompts.longest = std::max<std::size_t>(prompts.longest, length);
        start += length;
    }
    return prompts;
}

}  // namespace bench
