// Router files opened from a path: who shares one, and what cannot be opened.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include "folder.h"
#include "router_writer.h"

using namespace pointsman;
using test::Bytes;
using test::encode;
using test::Folder;
using test::scores_of;
using test::small_hashing_router;
using test::small_router;

namespace {

int error_of(const std::string& path) {
    try {
        RouterFile::open(path);
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

void test_open() {
    const Folder folder;
    const std::string path = folder.file("a");
    const Bytes bytes = encode(small_router());
    test::write(path, bytes);
    auto file = RouterFile::open(path);
    CHECK(scores_of(*file) == scores_of(*RouterFile::from_bytes(bytes)));
    CHECK(std::ranges::equal(file->bytes(), bytes));
    // One object for all, by whatever name; a copy is another file.
    CHECK(RouterFile::open(path) == file);
    std::filesystem::create_hard_link(path, folder.file("same"));
    std::filesystem::create_symlink(path, folder.file("link"));
    std::filesystem::copy_file(path, folder.file("copy"));
    CHECK(RouterFile::open(folder.file("same")) == file);
    CHECK(RouterFile::open(folder.file("link")) == file);
    CHECK(RouterFile::open(folder.file("copy")) != file);
    // Whoever used the last of it lets it go.
    const std::weak_ptr<const RouterFile> first = file;
    file.reset();
    CHECK(first.expired());
    file = RouterFile::open(path);
    CHECK(file != nullptr);

    // Another file moved over it is opened anew, and the old one goes on.
    const auto before = scores_of(*file);
    test::write(folder.file("b"), encode(small_hashing_router()));
    std::filesystem::rename(folder.file("b"), path);
    const auto next = RouterFile::open(path);
    CHECK(next != file);
    CHECK(next->model().index.table() == nullptr);
    CHECK(RouterFile::open(path) == next);
    CHECK(scores_of(*file) == before);

    CHECK(error_of(folder.file("missing")) == ENOENT);
    CHECK(error_of(folder.file(".")) == EISDIR);
    CHECK(error_of("/dev/zero") == ENODEV);
    // Not taken for the shorter path, though that one is open.
    CHECK(error_of(path + std::string("\0x", 2)) == EINVAL);
    // One that is refused stays out of the list of open files.
    test::write(folder.file("bad"), "not a router");
    for (int i = 0; i < 2; ++i) {
        try {
            RouterFile::open(folder.file("bad"));
            CHECK(!"a text was taken for a router");
        } catch (const FormatError&) {
        }
    }
}

}  // namespace

int main() { test_open(); }
