// Formats native/ with clang-format: `node scripts/clang-format.mjs [--check]`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(join(root, "native"), { recursive: true })
  .map((name) => join("native", String(name)))
  .filter((name) => /\.(h|cpp|inl)$/.test(name) && !name.endsWith("unicode_table.h"));
const mode = process.argv.includes("--check") ? ["--dry-run", "--Werror"] : ["-i"];
const run = spawnSync("clang-format", [...mode, ...files], { cwd: root, stdio: "inherit" });

if (run.error?.code === "ENOENT") {
  console.log(
    "clang-format is not installed, so native/ was not formatted (Debian: apt install clang-format).",
  );
  process.exit(process.env.CI === "true" ? 1 : 0);
}
if (run.error) throw run.error;
process.exit(run.status ?? 1);
