import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("workers that load the same file have it in memory once", () => {
  const script = join(import.meta.dirname, "sharing-child.mjs");
  const out = execFileSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" });
  const { grown, size } = JSON.parse(out);
  expect(size).toBeGreaterThan(16e6);
  // Once the file, and a worker's scratch memory; eight copies would be eight times its size.
  expect(grown).toBeLessThan(3 * size);
}, 120_000);
