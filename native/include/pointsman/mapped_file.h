// A file's bytes without reading them: pages come as they are touched, and all who map it share them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace pointsman {

/// Read-only mapping of a whole regular file; needs POSIX. A mapped file may be replaced by renaming another
/// over it, or removed. It must never be rewritten or cut short in place: bytes that were checked would
/// change, and reading past a new end kills the process (SIGBUS).
class MappedFile {
public:
    /// Throws std::system_error with the errno: ENOENT, EACCES, EISDIR, ENODEV for what is no regular file.
    explicit MappedFile(const std::string& path);

    /// Stay where they are when the object is moved. Begin on a page, or are none for an empty file.
    std::span<const std::uint8_t> bytes() const {
        return {start_.get(), start_ ? start_.get_deleter().size : 0};
    }

private:
    struct Unmap {
        std::size_t size;
        void operator()(const std::uint8_t* start) const;
    };
    std::unique_ptr<const std::uint8_t, Unmap> start_;
};

}  // namespace pointsman
