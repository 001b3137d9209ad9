import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { symmetricEigen } from "../../src/models/symmetric-eigen.js";
import { truncatedSvd } from "../../src/models/truncated-svd.js";
import { uniformMatrix } from "../matrices.js";
import { farthest, golden, goldenMatrix, tinyMatrix } from "../native/golden.js";

interface SvdGolden {
  readonly components: number;
  readonly singularValues: number[];
  readonly V: number[];
}

describe("truncatedSvd", () => {
  const { components, singularValues, V } = golden<SvdGolden>("svd");

  test("agrees with NumPy's SVD, signs included, where it has room for all of the matrix", async () => {
    const X = await goldenMatrix();
    const all = Math.min(X.rows, X.columns);
    const svd = truncatedSvd(X, all, 1);
    const first = svd.components.filter((_, at) => at % all < components);
    expect(farthest(svd.singularValues.subarray(0, components), singularValues)).toBeLessThan(1e-5);
    expect(farthest(first, V)).toBeLessThan(1e-4);
  });

  test("comes near to it with sixteen random directions, from below", async () => {
    const svd = truncatedSvd(await goldenMatrix(), components, 1);
    svd.singularValues.forEach((value, c) => {
      expect(value / singularValues[c]!).toBeGreaterThan(0.999);
      expect(value / singularValues[c]!).toBeLessThan(1 + 1e-6);
    });
  });

  test("is all of the matrix when every component is asked for", () => {
    const { components: V, singularValues: values } = truncatedSvd(tinyMatrix, 2, 1);
    expect([...values]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(Math.abs(V[0]! * V[3]! - V[1]! * V[2]!)).toBeCloseTo(1);
  });

  test("a seed repeats it; a matrix of a lower rank has components of zeros", () => {
    const flat = { ...tinyMatrix, indices: Uint32Array.of(0, 0) };
    const svd = truncatedSvd(flat, 2, 3);
    expect(svd.singularValues[0]).toBeCloseTo(Math.SQRT2);
    expect(farthest(svd.components, [1, 0, 0, 0])).toBeLessThan(1e-6);
    expect(truncatedSvd({ ...flat }, 2, 3)).toEqual(svd);
  });

  test.each([0, 1.5, 3])("refuses %d components of two", (components) => {
    expect(() => truncatedSvd(tinyMatrix, components, 1)).toThrow(InvalidArgumentError);
  });
});

test("symmetricEigen takes a matrix apart: A v = value v, v orthonormal, values descending", () => {
  const size = 12;
  const half = uniformMatrix(size, size, 3).values;
  const A = Float64Array.from(
    half,
    (x, at) => x + half[(at % size) * size + Math.floor(at / size)]!,
  );
  const { values, vectors } = symmetricEigen(A, size);
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
  const column = (c: number) =>
    Float64Array.from({ length: size }, (_, i) => vectors[i * size + c]!);
  for (let c = 0; c < size; c++) {
    const v = column(c);
    const image = v.map((_, i) => v.reduce((sum, x, j) => sum + A[i * size + j]! * x, 0));
    expect(
      farthest(
        image,
        v.map((x) => values[c]! * x),
      ),
    ).toBeLessThan(1e-9);
    for (let d = 0; d <= c; d++) {
      const w = column(d);
      expect(v.reduce((sum, x, i) => sum + x * w[i]!, 0)).toBeCloseTo(c === d ? 1 : 0, 9);
    }
  }
});
