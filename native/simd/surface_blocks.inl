// Class masks block by block, for instruction sets that give `classify_block`.

POINTSMAN_INLINE void classify(const std::uint8_t* bytes, std::size_t blocks, Masks& masks) {
    for (std::size_t b = 0; b < blocks_at_once; ++b) {
        if (b < blocks) {
            classify_block(bytes + 64 * b, b, masks);
        } else {
            for (auto& mask : masks.of) mask[b] = 0;
            masks.of[surface::blank][b] = ~std::uint64_t{0};
            masks.high[b] = 0;
        }
    }
}

template <int distance>
POINTSMAN_INLINE Words look_back(Words now, Words before) {
    return now << distance | before >> (64 - distance);
}

#include "simd/surface.inl"
