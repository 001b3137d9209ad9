import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { simd } from "../../dist/index.js";

const flags = (() => {
  try {
    return new Set(
      readFileSync("/proc/cpuinfo", "utf8")
        .match(/^flags\s*:(.*)$/m)?.[1]
        .trim()
        .split(" "),
    );
  } catch {
    return new Set();
  }
})();

/** Best OpenBLAS kernel of this processor. */
export function blasKernel() {
  return flags.has("avx512bw") ? "SkylakeX" : flags.has("avx2") ? "Haswell" : "";
}

/** Keeps this process, and the children it starts from now on, on these processors. @returns whether that worked. */
export function pin(processors) {
  const run = spawnSync("taskset", ["-apc", processors, String(process.pid)], { encoding: "utf8" });
  return run.status === 0;
}

export const lastProcessor = String(cpus().length - 1);
export const allProcessors = `0-${cpus().length - 1}`;

export function describeMachine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    simd,
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
    load: loadavg()[0],
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
  };
}

function commit() {
  try {
    const git = (...args) =>
      execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const changed = git(
      "status",
      "--porcelain",
      "--",
      "src",
      "native",
      "bench/native",
      "bench/groups",
      "bench/lib",
    );
    return git("rev-parse", "--short", "HEAD") + (changed ? " with changes" : "");
  } catch {
    return "unknown";
  }
}
