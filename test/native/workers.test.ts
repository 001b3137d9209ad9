import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

/** In a process of its own: native code that crashes would take these tests with it. */
function child(...args: string[]) {
  const script = join(import.meta.dirname, "workers-child.mjs");
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, signal, stdout, stderr };
}

test("workers that train and route are terminated at any moment, and the process ends by itself", () => {
  // Of 8 workers two each train clusters, train labels, and route; those that route all choose the same.
  expect(child()).toEqual({ status: 0, signal: null, stdout: "3\n3\n3\nend\n", stderr: "" });
}, 130_000);

test("a process may exit in the midst of training", () => {
  expect(child("exit")).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
}, 130_000);
