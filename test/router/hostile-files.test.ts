import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RouterFileError, StorageError } from "../../src/errors.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { fitRouter } from "../../src/router/fit.js";
import { Router } from "../../src/router/router.js";
import { twoSkillWorld } from "../worlds.js";
import { type FileParts, partsOf, spoilt } from "./router-files.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-hostile-"));
const clusters = join(directory, "clusters.safetensors");
const labels = join(directory, "labels.safetensors");

beforeAll(async () => {
  const estimator = new ClusterClassifier({ clusters: 2 });
  await (await fitRouter(twoSkillWorld(), { estimator })).save(clusters);
  await (await fitRouter(twoSkillWorld(), { estimator: new MultiLabelClassifier() })).save(labels);
});

/** Loaded from a file and from bytes, both refused with this reason. */
async function expectRefusal(bytes: Uint8Array, reason: RegExp) {
  const file = join(directory, "other.safetensors");
  writeFileSync(file, bytes);
  for (const load of [() => Router.load(file), () => Router.fromBytes(bytes)]) {
    const error = await load().catch((e) => e);
    expect(error).toBeInstanceOf(RouterFileError);
    expect(error.message).toMatch(reason);
    expect(error.message).toMatch(/other\.safetensors|router in memory/);
    expect(error.message).toMatch(/[^.]\.$/);
  }
}

function safetensors(header: object, data = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe("files that are not ours", () => {
  test.each([
    ["an empty file", "", /fewer than the 8/],
    ["text", "this is not a router at all", /over the limit|truncated/],
    ["a huge header length", Buffer.from("ffffffffffffffff", "hex"), /over the limit/],
    ["another safetensors file", safetensors({ __metadata__: {} }), /not a Pointsman router/],
    ["no metadata", safetensors({}), /not a Pointsman router/],
    [
      "another version",
      safetensors({ __metadata__: { format: "pointsman-router", version: "99" } }),
      /version 99.*reads version 3.*train the router again/,
    ],
    [
      "the version before",
      safetensors({ __metadata__: { format: "pointsman-router", version: "1" } }),
      /version 1.*reads version 3/,
    ],
    [
      "overlapping tensors",
      safetensors(
        {
          a: { dtype: "U8", shape: [4], data_offsets: [0, 4] },
          b: { dtype: "U8", shape: [4], data_offsets: [2, 6] },
        },
        Buffer.alloc(6),
      ),
      /begins at 2 where 4/,
    ],
    [
      "a huge shape",
      safetensors(
        { a: { dtype: "F32", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } },
        Buffer.alloc(4),
      ),
      /has 4 bytes but its shape needs/,
    ],
    [
      "an unknown dtype",
      safetensors({ a: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, Buffer.alloc(4)),
      /dtype "BF16"/,
    ],
  ])("%s", (_, content, reason) => expectRefusal(Buffer.from(content), reason));

  test("a missing file, a folder, a part of the path that is a file", async () => {
    const folder = join(directory, "folder");
    mkdirSync(folder);
    symlinkSync(join(directory, "nothing"), join(directory, "dangling"));
    for (const [path, reason] of [
      [join(directory, "missing"), /Cannot read .*missing": it does not exist/],
      [join(directory, "dangling"), /does not exist/],
      [folder, /folder": it is a directory/],
      [join(labels, "x"), /not a directory/],
      [`${labels}\0x`, /Cannot read the router file/],
    ] as const) {
      const error = await Router.load(path).catch((e) => e);
      expect(error).toBeInstanceOf(StorageError);
      expect(error.message).toMatch(reason);
    }
  });
});

test("a pipe is refused without waiting for who writes to it", async () => {
  const pipe = join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  await expect(Router.load(pipe)).rejects.toBeInstanceOf(RouterFileError);
  await expect(Router.load("/dev/null")).rejects.toBeInstanceOf(RouterFileError);
});

/** Each change makes a well-formed safetensors file with one thing wrong. */
const setText = (key: string, text: string) => (parts: FileParts) => {
  parts.metadata[key] = text;
};
const setInfo = (change: object) => (parts: FileParts) => {
  parts.metadata.router = JSON.stringify({ ...JSON.parse(parts.metadata.router!), ...change });
};
const drop = (name: string) => (parts: FileParts) => {
  parts.tensors.delete(name);
};
const setNumber = (name: string, at: number, value: number) => (parts: FileParts) => {
  parts.tensors.get(name)!.data[at] = value;
};

describe("router files with one thing wrong", () => {
  test("none is wrong", async () => {
    for (const file of [labels, clusters]) {
      const bytes = spoilt(file, () => {});
      expect(Buffer.compare(bytes, readFileSync(file))).toBe(0);
      expect((await Router.fromBytes(bytes)).models).toEqual(["sums", "facts", "general"]);
    }
  });

  const missing = [
    "heads.bias",
    "parts.layout",
    "parts.weights",
    "terms.rows",
    "terms.scales",
    "terms.tags",
    "terms.multipliers",
  ];
  test.each(missing)("%s is missing", (name) =>
    expectRefusal(spoilt(labels, drop(name)), new RegExp(`tensor "${name}" is missing`)),
  );

  test.each<[string, (parts: FileParts) => void, RegExp]>([
    [
      "a NaN scale",
      setNumber("terms.scales", 1, Number.NaN),
      /"terms.scales" holds nan at element 1/,
    ],
    ["a huge bias", setNumber("heads.bias", 0, 1e7), /"heads.bias" holds 10000000.* at element 0/],
    [
      "a rate that is no number",
      setNumber("parts.0.rates", 3, Number.NaN),
      /"parts.0.rates" holds nan/,
    ],
    ["a row of the unknown", setNumber("terms.rows", 0, 1), /row 0 of tensor "terms.rows"/],
    [
      "rates for other models",
      ({ tensors }) => tensors.set("parts.0.rates", { shape: [2, 2], data: new Float32Array(4) }),
      /"parts.0.rates" has shape \[2, 2\] where \[any, 3\] is needed/,
    ],
    ["rates that no share can be", setNumber("parts.0.rates", 0, 1.5), /"parts.0.rates" holds 1.5/],
    ["a part of no known kind", setNumber("parts.layout", 0, 9), /part 0 is of kind 9/],
    ["a part with more heads", setNumber("parts.layout", 1, 3), /"parts.0.rates" has 2 rows/],
    ["a weight without bounds", setNumber("parts.weights", 2, 1e7), /"parts.weights" holds/],
    [
      "a calibration that falls",
      ({ tensors }) => {
        const data = Float32Array.of(0, 1, 0, 1, 1, 0);
        tensors.set("calibration.knots", { shape: [3, 2], data });
      },
      /"calibration.knots" falls at element 5/,
    ],
    [
      "rows of another width",
      ({ tensors }) => {
        const { data } = tensors.get("terms.rows")!;
        tensors.set("terms.rows", { shape: [data.length / 8, 8], data });
      },
      /"terms.rows" has shape \[\d+, 8\] where \[any, 16\] is needed/,
    ],
    ["features that are not JSON", setText("features", "{"), /feature configuration is not JSON/],
    ["features of another kind", setText("features", "{}"), /"words" of the feature configuration/],
    ["a description that is not JSON", setText("router", "{"), /description: it is not JSON/],
    ["a description of another kind", setText("router", "[]"), /damaged router description/],
    ["an unknown field", setInfo({ extra: 1 }), /extra/],
    [
      "a model name that repeats",
      setInfo({ models: ["a", "b", "a"].map((name) => ({ name })) }),
      /model name stands there twice/,
    ],
    ["fewer names", setInfo({ models: [{ name: "a" }] }), /names 1 models and scores 3/],
    ["a fallback out of range", setInfo({ fallback: 3 }), /fallback 3 is not one of 3 models/],
    ["a fallback that is no number", setInfo({ fallback: "sums" }), /fallback/],
    [
      "fewer marks",
      setInfo({ training: { fingerprint: "", prompts: 1, meanMarks: [1] } }),
      /1 mean marks for 3 models/,
    ],
    [
      "a mark that is no share",
      setInfo({ training: { fingerprint: "", prompts: 1, meanMarks: [1, 2, 0] } }),
      /meanMarks/,
    ],
  ])("%s", (_, spoil, reason) => expectRefusal(spoilt(clusters, spoil), reason));

  test("a router of version 3 says so, and how its features are made", () => {
    const { metadata, tensors } = partsOf(readFileSync(labels));
    expect(metadata).toMatchObject({
      format: "pointsman-router",
      version: "3",
      features: '{"token_pattern":"\\\\w+","words":[1,2],"sublinear_tf":true,"norm":"l2"}',
    });
    const terms = tensors.get("terms.idf")!.data.length;
    expect(tensors.get("terms.offsets")!.data.length).toBe(terms + 1);
    expect(tensors.get("terms.text")!.data.length).toBe(tensors.get("terms.offsets")!.data[terms]);
    const [rows, stride] = tensors.get("terms.rows")!.shape;
    expect([rows, stride]).toEqual([1 + tensors.get("terms.tags")!.data.length, 16]);
  });
});
