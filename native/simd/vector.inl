// Sixteen floats in the compiler's vector extension: one AVX-512 register, two of AVX2, four of SSE2 or NEON.
// Included once per instruction set, inside its target region and namespace.

using Floats = float __attribute__((vector_size(64)));
/// One register of the machine, for loops where wider vectors would be spilled.
using Register = float __attribute__((vector_size(POINTSMAN_REGISTER_BYTES)));
using Ints = std::int32_t __attribute__((vector_size(64)));
using HalfFloats = float __attribute__((vector_size(32)));
using Doubles = double __attribute__((vector_size(64)));

#define POINTSMAN_INLINE static inline __attribute__((always_inline))

POINTSMAN_INLINE Floats load(const float* p) {
    Floats v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

POINTSMAN_INLINE void store(float* p, Floats v) { __builtin_memcpy(p, &v, sizeof v); }

POINTSMAN_INLINE Floats all(float x) { return Floats{} + x; }

POINTSMAN_INLINE Floats absolute(Floats x) { return (Floats)((Ints)x & 0x7fffffff); }

/// exp(x) for x in -87 .. 0: x = n ln 2 + r, |r| <= ln 2 / 2, Taylor to r^6. Relative error below 3e-7.
POINTSMAN_INLINE Floats exp_negative(Floats x) {
    x = x > -87.f ? x : all(-87.f);
    // Adding and taking away 1.5 * 2^23 rounds to a whole number.
    const Floats n = (x * 1.44269504f + 12582912.f) - 12582912.f;
    const Floats r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    Floats p = all(1.f / 720);
    p = p * r + 1.f / 120;
    p = p * r + 1.f / 24;
    p = p * r + 1.f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.f;
    p = p * r + 1.f;
    const Ints power = (__builtin_convertvector(n, Ints) + 127) << 23;
    return p * (Floats)power;
}

/// From e = exp(-|z|), which never overflows: 1 / (1 + exp(-z)).
POINTSMAN_INLINE Floats sigmoid_of(Floats z, Floats e) {
    const Floats share = 1.f / (e + 1.f);
    return z >= 0.f ? share : e * share;
}

/// ln(1 + u) for u in 0 .. 1, as 2 atanh(u / (2 + u)). Relative error below 3e-7.
POINTSMAN_INLINE Floats log_one_plus(Floats u) {
    const Floats s = u / (u + 2.f);
    const Floats t = s * s;
    Floats p = all(1.f / 13);
    p = p * t + 1.f / 11;
    p = p * t + 1.f / 9;
    p = p * t + 1.f / 7;
    p = p * t + 1.f / 5;
    p = p * t + 1.f / 3;
    p = p * t + 1.f;
    return 2.f * s * p;
}

struct Accumulator {
    Doubles low{};
    Doubles high{};
};

POINTSMAN_INLINE void accumulate(Accumulator& sum, Floats v) {
    HalfFloats half[2];
    __builtin_memcpy(half, &v, sizeof v);
    sum.low += __builtin_convertvector(half[0], Doubles);
    sum.high += __builtin_convertvector(half[1], Doubles);
}

POINTSMAN_INLINE void store(double* p, const Accumulator& sum) {
    __builtin_memcpy(p, &sum.low, sizeof sum.low);
    __builtin_memcpy(p + lanes / 2, &sum.high, sizeof sum.high);
}
