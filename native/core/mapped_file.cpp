#include "pointsman/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pointsman {
namespace {

class Descriptor {
public:
    // Without O_NONBLOCK a named pipe would wait for a writer.
    explicit Descriptor(const char* path) : number_(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }

private:
    int number_;
};

}  // namespace

void MappedFile::Unmap::operator()(const std::uint8_t* start) const {
    ::munmap(const_cast<std::uint8_t*>(start), size);
}

MappedFile::MappedFile(const std::string& path) : start_(nullptr, Unmap{0}) {
    const auto fail = [&](int code) { throw std::system_error(code, std::generic_category(), path); };
    // The system would take a path that holds NUL for a shorter one.
    if (path.find('\0') != std::string::npos) fail(EINVAL);
    const Descriptor file(path.c_str());
    if (file.number() < 0) fail(errno);
    struct stat status;
    if (::fstat(file.number(), &status) != 0) fail(errno);
    if (S_ISDIR(status.st_mode)) fail(EISDIR);
    if (!S_ISREG(status.st_mode)) fail(ENODEV);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return;
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (start == MAP_FAILED) fail(errno);
    start_ = {static_cast<const std::uint8_t*>(start), Unmap{size}};
}

}  // namespace pointsman
