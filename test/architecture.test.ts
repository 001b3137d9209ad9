import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((f) =>
  f.endsWith(".ts"),
);
const text = (file: string) => readFileSync(join(root, "src", file), "utf8");

/** What each room may import besides itself. Files at the top of src are rooms of their own. */
const mayImport: Record<string, string[]> = {
  errors: [],
  types: [],
  files: ["errors"],
  random: ["errors"],
  native: ["errors", "types"],
  features: ["errors", "types", "native"],
  models: ["errors", "types", "random", "native", "datasets"],
  neighbors: ["errors", "types", "native"],
  policies: ["errors", "types", "random", "native"],
  router: [
    "errors",
    "types",
    "files",
    "random",
    "native",
    "datasets",
    "features",
    "models",
    "policies",
    "voting",
  ],
  datasets: ["errors", "types", "random"],
  execution: ["errors", "types", "files"],
  scorers: ["errors", "types", "execution"],
  sampling: ["errors", "types", "files", "datasets", "execution", "scorers"],
  queue: ["errors", "types", "files", "execution", "sampling"],
  benchmark: ["errors", "types", "native", "router"],
  voting: ["errors", "types", "random", "datasets"],
  evaluation: [
    "errors",
    "types",
    "random",
    "datasets",
    "features",
    "models",
    "policies",
    "router",
    "voting",
  ],
  report: ["errors", "types", "datasets", "models", "evaluation"],
  reproduction: [
    "errors",
    "types",
    "files",
    "random",
    "datasets",
    "execution",
    "sampling",
    "evaluation",
    "router",
    "voting",
    "report",
  ],
};

function imports(file: string): string[] {
  return [...text(file).matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((m) => m[1]!);
}

const room = (file: string) => file.split("/")[0]!.replace(/\.(ts|js)$/, "");

describe("the house", () => {
  test("a room imports only the rooms before it", () => {
    const wrong = sources
      .filter((file) => room(file) in mayImport)
      .flatMap((file) =>
        imports(file)
          .filter((name) => name.startsWith("."))
          .map((name) => room(normalize(join(dirname(file), name))))
          .filter((target) => target !== room(file) && !mayImport[room(file)]!.includes(target))
          .map((target) => `${file} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test("node-llama-cpp is named by one file, and loaded only when it is needed", () => {
    const naming = sources.filter((file) => /["']node-llama-cpp["']/.test(text(file)));
    expect(naming).toEqual(["execution/llama/library.ts"]);
    const eager = text("execution/llama/library.ts").match(
      /^(import|export) (?!type).*"node-llama-cpp"/m,
    );
    expect(eager).toBeNull();
  });

  test("hnswlib-node is named by one file and its types, and loaded only when it is needed", () => {
    const naming = sources.filter((file) => /["']hnswlib-node["']/.test(text(file))).sort();
    expect(naming).toEqual(["neighbors/hnsw.ts", "neighbors/hnswlib-node.d.ts"]);
    expect(text("neighbors/hnsw.ts")).not.toMatch(/^import (?!type).*"hnswlib-node"/m);
  });

  test.each([
    ["csv-parse", "datasets/csv.ts"],
    ["hyparquet", "datasets/parquet-child.ts"],
    ["hyparquet-compressors", "datasets/parquet-child.ts"],
    ["echarts", "report/draw.ts"],
    ["bullmq", "queue/redis.ts"],
    ["ioredis", "queue/redis.ts"],
    ["yaml", "execution/pool/file.ts"],
  ])("%s is named by one file, and loaded only when it is needed", (name, owner) => {
    const naming = sources.filter((file) => text(file).includes(`"${name}"`));
    expect(naming).toEqual([owner]);
    expect(text(owner)).not.toMatch(new RegExp(`^import (?!type).*"${name}"`, "m"));
  });

  test("cockatiel is named by one file, which is loaded with the first remote model", () => {
    const naming = sources.filter((file) => text(file).includes('"cockatiel"'));
    expect(naming).toEqual(["execution/remote/resilience.ts"]);
    expect(text("execution/open-engine.ts")).toContain('import("./remote/openai.js")');
  });

  test("napi headers are included by the binding only", () => {
    const native = readdirSync(join(root, "native"), { recursive: true, encoding: "utf8" });
    const including = native.filter(
      (file) =>
        /\.(h|hpp|cpp)$/.test(file) &&
        /#include\s*<(napi|node_api)\.h>/.test(readFileSync(join(root, "native", file), "utf8")),
    );
    expect(including.length).toBeGreaterThan(0);
    expect(including.filter((file) => !file.startsWith("addon"))).toEqual([]);
  });

  test("importing the library for routing loads no heavy package", () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const kept = text(file).replace(/^(import|export) type [^;]*;/gm, "");
      for (const [, name] of kept.matchAll(/from\s*"([^"]+)"/g)) {
        if (name!.startsWith("."))
          visit(normalize(join(dirname(file), name!)).replace(/\.js$/, ".ts"));
        else if (!name!.startsWith("node:")) packages.add(name!);
      }
    };
    visit("index.ts");
    expect(seen.size).toBeGreaterThan(10);
    expect([...packages]).toEqual(["zod"]);
  });
});
