// Masks of several blocks of 64 bytes, looked at together.

static constexpr std::size_t blocks_at_once = POINTSMAN_REGISTER_BYTES == 16 ? 2 : 4;

/// One mask of these blocks: bit i of number b is about byte 64 b + i.
using Words = std::uint64_t __attribute__((vector_size(8 * blocks_at_once)));

/// Masks by class, and of the bytes >= 0x80.
struct Masks {
    alignas(64) std::uint64_t of[surface::class_groups * 8][blocks_at_once];
    std::uint64_t high[blocks_at_once];
};
