import type { LinearHeads, Part } from "../models/estimator.js";
import type { Tensor } from "./safetensors.js";

/** Rows of `vectors` that lie in the lanes of one block. */
const blockRows = 32;

/** The tensors that say how heads become scores; docs/router-file.md has the layout. */
export function partTensors(heads: LinearHeads, models: number): [string, Tensor][] {
  const { parts, calibration } = heads;
  const layout = parts.flatMap((part) => [
    kindOf(part),
    part.heads,
    part.kind === "neighbors" ? part.k : 0,
  ]);
  const weights = new Float32Array(parts.length * models);
  parts.forEach((part, i) => {
    weights.set(part.weight, i * models);
  });
  return [
    ["parts.layout", { shape: [parts.length, 3], data: Uint32Array.from(layout) }],
    ["parts.weights", { shape: [parts.length, models], data: weights }],
    ...parts.flatMap((part, i) => tensorsOf(part, `parts.${i}`, models)),
    ...(calibration === undefined
      ? []
      : ([
          [
            "calibration.knots",
            { shape: [models, calibration.length / models], data: calibration },
          ],
        ] as [string, Tensor][])),
  ];
}

function kindOf(part: Part): number {
  if (part.kind === "logistic") return 0;
  if (part.kind === "neighbors") return 3;
  return part.gate === "nearest" ? 1 : 2;
}

function tensorsOf(part: Part, block: string, models: number): [string, Tensor][] {
  switch (part.kind) {
    case "logistic":
      return [];
    case "clusters":
      return [[`${block}.rates`, { shape: [part.heads, models], data: part.rates }]];
    case "neighbors": {
      const { labels, overall, shrinkage, vectors, heads } = part;
      const rows = labels.length / models;
      return [
        [
          `${block}.vectors`,
          {
            shape: [Math.ceil(rows / blockRows), heads, blockRows],
            data: inBlocks(vectors, heads),
          },
        ],
        [`${block}.labels`, { shape: [rows, models], data: labels }],
        [`${block}.overall`, { shape: [models], data: overall }],
        [`${block}.shrinkage`, { shape: [1], data: Float32Array.of(shrinkage) }],
      ];
    }
  }
}

/** From [rows x columns] to [blocks x columns x blockRows], the last block filled up with zeros. */
function inBlocks(rows: Float32Array, columns: number): Float32Array {
  const count = rows.length / columns;
  const out = new Float32Array(Math.ceil(count / blockRows) * columns * blockRows);
  for (let i = 0; i < count; i++) {
    const first = Math.floor(i / blockRows) * columns * blockRows + (i % blockRows);
    for (let j = 0; j < columns; j++) out[first + j * blockRows] = rows[i * columns + j]!;
  }
  return out;
}
