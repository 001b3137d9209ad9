// One instruction of BMI2 for what hash_word.inl needs.

POINTSMAN_INLINE std::uint64_t low_bits(std::uint64_t value, unsigned n) { return _bzhi_u64(value, n); }
