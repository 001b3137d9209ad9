// Vectors that start on a cache line, and large ones on a huge page.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pointsman {

/// From this size on, faulting memory in by 4 KB pages can cost more than a pass of k-means over it.
inline constexpr std::size_t huge_page = 2u << 20;

inline std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t{bytes < 2 * huge_page ? 64 : huge_page};
}

inline void* allocate_aligned(std::size_t bytes) {
    void* memory = ::operator new(bytes, alignment_of(bytes));
#if defined(__linux__)
    // Advice only: where there are no huge pages the memory is as good.
    if (bytes >= 2 * huge_page) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

template <typename T>
struct CacheLineAllocator {
    using value_type = T;

    CacheLineAllocator() = default;
    template <typename U>
    CacheLineAllocator(const CacheLineAllocator<U>&) {}

    T* allocate(std::size_t n) { return static_cast<T*>(allocate_aligned(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) { ::operator delete(p, alignment_of(n * sizeof(T))); }
    bool operator==(const CacheLineAllocator&) const { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace pointsman
