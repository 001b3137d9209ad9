import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { fitLeastSquares, type LeastSquaresOptions } from "../../src/native/least-squares.js";
import { farthest, golden } from "./golden.js";

interface LeastSquaresGolden {
  readonly columns: number;
  readonly targets: number;
  readonly X: number[];
  readonly Y: number[];
  readonly cases: {
    readonly options: LeastSquaresOptions;
    /** Where the case is about the first columns only. */
    readonly columns?: number;
    readonly weights: number[];
    readonly bias?: number[];
  }[];
}

const data = golden<LeastSquaresGolden>("least_squares");
const Y = Float64Array.from(data.Y);

function firstColumns(columns: number): Float64Array {
  return Float64Array.from(data.X.filter((_, k) => k % data.columns < columns));
}

test.each(data.cases)(
  "agrees with numpy, scikit-learn and scipy: $options",
  async ({ options, columns = data.columns, weights, bias }) => {
    const X = firstColumns(columns);
    const fit = await fitLeastSquares(X, columns, Y, data.targets, options);
    expect(farthest(fit.weights, weights)).toBeLessThan(1e-9);
    if (bias) expect(farthest(fit.bias, bias)).toBeLessThan(1e-9);
    if (options.fitIntercept === false) expect(fit.bias).toEqual(new Float64Array(data.targets));
  },
);

test("the same bytes whatever the number of threads", async () => {
  const X = firstColumns(data.columns);
  const one = await fitLeastSquares(X, data.columns, Y, data.targets, { threads: 1 });
  const three = await fitLeastSquares(X, data.columns, Y, data.targets, { threads: 3 });
  expect(three).toEqual(one);
});

test("non-negative weights are where no small change that is allowed is better", async () => {
  const value = fc.double({ min: -100, max: 100, noNaN: true });
  const problem = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }))
    .chain(([columns, rows]) =>
      fc.record({
        columns: fc.constant(columns),
        X: fc.array(value, { minLength: columns * rows, maxLength: columns * rows }),
        y: fc.array(value, { minLength: rows, maxLength: rows }),
      }),
    );
  const loss = (X: number[], y: number[], w: Float64Array) =>
    y.reduce((sum, target, i) => {
      const left = w.reduce((rest, weight, j) => rest - weight * X[i * w.length + j]!, target);
      return sum + left * left;
    }, 0);
  await fc.assert(
    fc.asyncProperty(problem, async ({ columns, X, y }) => {
      const options = { positive: true, fitIntercept: false, alpha: 1e-3 };
      const fit = await fitLeastSquares(
        Float64Array.from(X),
        columns,
        Float64Array.from(y),
        1,
        options,
      );
      const penalised = (w: Float64Array) =>
        loss(X, y, w) + options.alpha * w.reduce((sum, x) => sum + x * x, 0);
      const least = penalised(fit.weights);
      expect(fit.weights.every((w) => w >= 0)).toBe(true);
      for (let j = 0; j < columns; j++) {
        for (const step of [1e-3, -1e-3, 1, -1]) {
          const moved = fit.weights.map((w, i) => (i === j ? Math.max(0, w + step) : w));
          expect(penalised(moved)).toBeGreaterThanOrEqual(least * (1 - 1e-9) - 1e-9);
        }
      }
    }),
    { numRuns: 100 },
  );
});

describe("stops when asked to", () => {
  const X = firstColumns(data.columns);
  test("before", async () => {
    const signal = AbortSignal.abort();
    await expect(fitLeastSquares(X, data.columns, Y, data.targets, { signal })).rejects.toThrow(
      AbortedError,
    );
  });

  test("on its way, and tells how far it is", async () => {
    const seen: number[] = [];
    const onProgress = (done: number) => seen.push(done);
    await fitLeastSquares(X, data.columns, Y, data.targets, { onProgress });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

test("tells when doubles overflow", async () => {
  const X = Float64Array.of(1e200, 2e200, 5e200);
  await expect(fitLeastSquares(X, 1, Float64Array.of(1e200, 1, 2), 1)).rejects.toThrow(RangeError);
});

const one = Float64Array.of(1, 2);

test.each<[string, Parameters<typeof fitLeastSquares>]>([
  ["X", [Float64Array.of(1, Number.NaN), 1, one, 1]],
  ["X", [new Float64Array(), 1, one, 1]],
  ["X", [Float64Array.of(1, 2, 3), 2, one, 1]],
  ["X", [Float32Array.of(1, 2) as never, 1, one, 1]],
  ["columns", [one, 0, one, 1]],
  ["Y", [one, 1, Float64Array.of(1), 1]],
  ["Y", [one, 1, Float64Array.of(1, Number.POSITIVE_INFINITY), 1]],
  ["targets", [one, 1, one, 0.5]],
  ["alpha", [one, 1, one, 1, { alpha: -1 }]],
  ["fitIntercept", [one, 1, one, 1, { fitIntercept: 1 as never }]],
  ["positive", [one, 1, one, 1, { positive: "yes" as never }]],
  ["threads", [one, 1, one, 1, { threads: 0 }]],
])("refuses a bad %s", async (name, call) => {
  await expect(fitLeastSquares(...call)).rejects.toThrow(`for ${name} `);
});
