// Vectors of many megabytes.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pointsman {

/// Asks for pages of 2 MB where the vector fills some: touching a fresh array for the first time is a large
/// part of a short training, most of all in a virtual machine, and rows are read in random order.
template <typename T>
struct HugePageAllocator {
    using value_type = T;
    static constexpr std::size_t page = std::size_t{1} << 21;

    HugePageAllocator() = default;
    template <typename U>
    HugePageAllocator(const HugePageAllocator<U>&) {}

    static std::align_val_t alignment(std::size_t bytes) {
        return std::align_val_t{bytes < page ? 64 : page};
    }

    T* allocate(std::size_t n) {
        const std::size_t bytes = n * sizeof(T);
        void* p = ::operator new(bytes, alignment(bytes));
#if defined(__linux__)
        // Refusal is no harm.
        if (bytes >= page) madvise(p, bytes, MADV_HUGEPAGE);
#endif
        return static_cast<T*>(p);
    }
    void deallocate(T* p, std::size_t n) { ::operator delete(p, alignment(n * sizeof(T))); }
    bool operator==(const HugePageAllocator&) const { return true; }
};

}  // namespace pointsman
