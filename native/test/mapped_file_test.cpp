// Mapped bytes against those written, and the errors for what cannot be mapped.
#include "pointsman/mapped_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

#include "check.h"
#include "folder.h"

using namespace pointsman;
using test::Folder;
using test::write;

namespace {

bool holds(const MappedFile& file, std::string_view text) {
    return std::ranges::equal(file.bytes(), text, {}, {},
                              [](char c) { return static_cast<std::uint8_t>(c); });
}

int error_of(const std::string& path) {
    try {
        MappedFile file(path);
    } catch (const std::system_error& error) {
        CHECK(error.code().category() == std::generic_category());
        return error.code().value();
    }
    return 0;
}

void test_content(const Folder& folder) {
    const std::string path = folder.file("content");
    for (const std::size_t size : {1u, 4095u, 4096u, 4097u, 1'000'000u}) {
        std::string text(size, ' ');
        for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 >> 3);
        write(path, text);
        const MappedFile file(path);
        CHECK(holds(file, text));
        CHECK(reinterpret_cast<std::uintptr_t>(file.bytes().data()) % 4096 == 0);
    }
}

void test_moves(const Folder& folder) {
    static_assert(!std::is_copy_constructible_v<MappedFile> && !std::is_copy_assignable_v<MappedFile>);
    write(folder.file("a"), "first");
    write(folder.file("b"), "second");
    MappedFile a(folder.file("a"));
    const auto* start = a.bytes().data();
    MappedFile moved = std::move(a);
    CHECK(moved.bytes().data() == start);
    CHECK(a.bytes().empty());
    MappedFile b(folder.file("b"));
    b = std::move(moved);
    CHECK(holds(b, "first"));
    CHECK(moved.bytes().empty());
}

void test_replacement(const Folder& folder) {
    write(folder.file("a"), "old");
    const MappedFile file(folder.file("a"));
    write(folder.file("b"), "new text");
    std::filesystem::rename(folder.file("b"), folder.file("a"));
    CHECK(holds(file, "old"));
    CHECK(holds(MappedFile(folder.file("a")), "new text"));
    std::filesystem::remove(folder.file("a"));
    CHECK(holds(file, "old"));
}

void test_errors(const Folder& folder) {
    write(folder.file("empty"), "");
    CHECK(MappedFile(folder.file("empty")).bytes().empty());
    CHECK(error_of(folder.file("missing")) == ENOENT);
    CHECK(error_of("") == ENOENT);
    CHECK(error_of(folder.file(".")) == EISDIR);
    CHECK(error_of(folder.file("empty") + "/x") == ENOTDIR);
    CHECK(error_of(folder.file("empty") + std::string("\0x", 2)) == EINVAL);
    CHECK(error_of("/dev/zero") == ENODEV);
    CHECK(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    CHECK(error_of(folder.file("pipe")) == ENODEV);
    write(folder.file("secret"), "x");
    std::filesystem::permissions(folder.file("secret"), std::filesystem::perms::none);
    // Root may read everything.
    CHECK(error_of(folder.file("secret")) == (::geteuid() == 0 ? 0 : EACCES));
}

}  // namespace

int main() {
    const Folder folder;
    test_content(folder);
    test_moves(folder);
    test_replacement(folder);
    test_errors(folder);
}
