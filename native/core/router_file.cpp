#include "pointsman/router_file.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "core/router_model.h"

namespace pointsman {
namespace {

std::span<const std::uint8_t> bytes_of(const RouterFile::Source& source) {
    if (const auto* file = std::get_if<MappedFile>(&source)) return file->bytes();
    return std::get<AlignedVector<std::uint8_t>>(source);
}

/// What tells a file from any other, and from what it was before.
using Identity = std::tuple<dev_t, ino_t, off_t, time_t, long>;

std::optional<Identity> identify(const std::string& path) {
    // The system would take a path that holds NUL for a shorter one.
    if (path.find('\0') != std::string::npos) return std::nullopt;
    struct stat found;
    if (stat(path.c_str(), &found) != 0) return std::nullopt;
#if defined(__APPLE__)
    const timespec changed = found.st_mtimespec;
#else
    const timespec changed = found.st_mtim;
#endif
    return Identity{found.st_dev, found.st_ino, found.st_size, changed.tv_sec, changed.tv_nsec};
}

/// The files that are open, by identity; they live as long as someone uses them.
class OpenFiles {
public:
    std::shared_ptr<const RouterFile> get(const std::string& path) {
        const std::lock_guard lock(mutex_);
        std::erase_if(files_, [](const auto& entry) { return entry.second.expired(); });
        const auto before = identify(path);
        if (before) {
            if (const auto found = files_.find(*before); found != files_.end()) {
                if (auto file = found->second.lock()) return file;
            }
        }
        auto file = std::make_shared<const RouterFile>(MappedFile(path));
        // Not shared if the file was replaced meanwhile: it might be either.
        if (before && identify(path) == before) files_[*before] = file;
        return file;
    }

private:
    std::mutex mutex_;
    std::map<Identity, std::weak_ptr<const RouterFile>> files_;
};

}  // namespace

std::shared_ptr<const RouterFile> RouterFile::open(const std::string& path) {
    static OpenFiles files;
    return files.get(path);
}

std::shared_ptr<const RouterFile> RouterFile::from_bytes(std::span<const std::uint8_t> bytes) {
    return std::make_shared<const RouterFile>(AlignedVector<std::uint8_t>(bytes.begin(), bytes.end()));
}

RouterFile::RouterFile(Source source)
    : source_(std::move(source)), tensors_(bytes_of(source_)), model_(read_model(tensors_)) {
    info_ = required_metadata(tensors_, "router");
}

std::span<const std::uint8_t> RouterFile::bytes() const { return bytes_of(source_); }

}  // namespace pointsman