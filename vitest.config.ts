import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The tests of the commands run what a user runs: dist.
    globalSetup: "test/build.ts",
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Forks, not threads: a crash of native code must fail one file, not the whole run.
    pool: "forks",
    maxWorkers: 2,
  },
});
