/** Pseudo-random numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in 0 .. 2^32 - 1. */
  uint32(): number;
  /** Uniform in 0 .. bound - 1, without bias (rejection); bound is 1 .. 2^32. */
  below(bound: number): number;
}

const mask64 = (1n << 64n) - 1n;

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its state filled by
 * SplitMix64 from the seed, as its authors advise.
 */
export function random(seed: number): Random {
  const next64 = splitMix64(BigInt(Math.trunc(seed)));
  const [low, high] = [next64(), next64()];
  const words = [low, low >> 32n, high, high >> 32n].map((word) =>
    Number(BigInt.asUintN(32, word)),
  );
  return xoshiro128(words as [number, number, number, number]);
}

/** @param state four 32-bit words, not all 0. */
export function xoshiro128(state: readonly [number, number, number, number]): Random {
  let [a, b, c, d] = state;
  const uint32 = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const below = (bound: number) => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % bound;
  };
  return { uint32, below };
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle<T>(list: T[], { below }: Random): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitMix64(seed: bigint): () => bigint {
  let state = seed & mask64;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask64;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64;
    return z ^ (z >> 31n);
  };
}
