// Files for tests, in a folder of their own.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "check.h"

namespace pointsman::test {

/// Removed at the end.
class Folder {
public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "pointsman-XXXXXX";
        CHECK(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline void write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline void write(const std::string& path, std::span<const std::uint8_t> bytes) {
    write(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace pointsman::test
