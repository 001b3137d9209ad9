import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Brings dist up to date before the tests. */
export default function build(): void {
  const root = join(import.meta.dirname, "..");
  const tsc = join(root, "node_modules/.bin/tsc");
  execFileSync(tsc, ["-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
}
