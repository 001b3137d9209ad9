// Seeded vectors for the benchmarks, and the Python peers that get the same ones.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simd } from "../dist/index.js";

/** Standard normal numbers from a seed: a 32-bit generator (mulberry32), Box-Muller. */
export function normal(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

export function normalMatrix(rows, columns, seed) {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, normal(seed)) };
}

/** As embeddings are: `latent` directions carry most, noise in all columns the rest. */
export function embeddingMatrix(rows, columns, seed, latent = 32, noise = 0.1) {
  const basis = normalMatrix(latent, columns, 1);
  const next = normal(seed);
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let l = 0; l < latent; l++) {
      const z = next() / Math.sqrt(latent);
      for (let j = 0; j < columns; j++) row[j] += z * basis.values[l * columns + j];
    }
    for (let j = 0; j < columns; j++) row[j] += noise * next();
  }
  return { rows, columns, values };
}

export function takeRows({ columns, values }, from, count) {
  return { rows: count, columns, values: values.slice(from * columns, (from + count) * columns) };
}

const wallMs = () => performance.now();

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Processor time for work of one thread, which other work on the machine disturbs least; else the time that passes.
 * @returns () => milliseconds
 */
export const clockFor = (threads) => (threads === 1 ? processorMs : wallMs);

/** Milliseconds: the least of some runs. */
export async function leastMs(runs, work, clock = wallMs) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const begin = clock();
    await work();
    least = Math.min(least, clock() - begin);
  }
  return least;
}

/**
 * Runs a Python script with matrices as raw float32 files; it prints one JSON object. One thread each, and BLAS
 * told what the processor is: Debian's does not know the newest ones and would run at a fraction of its speed.
 */
export function runPeer(script, matrices, ...rest) {
  const directory = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  try {
    const files = matrices.map(({ values }, i) => {
      const file = join(directory, `${i}.f32`);
      writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return file;
    });
    const blas = simd === "avx512" ? { OPENBLAS_CORETYPE: "SkylakeX" } : {};
    const env = { ...blas, ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
    const path = join(import.meta.dirname, script);
    const run = spawnSync("/usr/bin/python3", [path, ...files, ...rest.map(String)], {
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    });
    return run.status === 0
      ? JSON.parse(run.stdout)
      : { missing: run.stderr.trim().split("\n").at(-1) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
