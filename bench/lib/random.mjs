/** Numbers in 0..1 from a seed (mulberry32): the same on every machine. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order. */
export function shuffled(list, random) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/** Standard normal numbers (Box-Muller). */
export function normals(count, random) {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  return values;
}

/** Rows like embeddings of texts: 32 directions carry most of them, the rest is noise. [rows x columns] */
export function embeddings(rows, columns, random) {
  const directions = 32;
  const basis = normals(directions * columns, random);
  const weights = normals(rows * directions, random);
  const values = normals(rows * columns, random).map((noise) => noise / 10);
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < directions; d++) {
      const weight = weights[row * directions + d] / Math.sqrt(directions);
      for (let j = 0; j < columns; j++)
        values[row * columns + j] += weight * basis[d * columns + j];
    }
  }
  return values;
}
