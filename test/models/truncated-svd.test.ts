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
  test("agrees with NumPy's exact SVD, signs included", async () => {
    const { components, singularValues, V } = golden<SvdGolden>("svd");
    const svd = truncatedSvd(await goldenMatrix(), components, 1);
    expect(farthest(svd.singularValues, singularValues)).toBeLessThan(1e-4);
    expect(farthest(svd.components, V)).toBeLessThan(2e-3);
  });

  test("is all of the matrix when every component is asked for", () => {
    const { components, singularValues } = truncatedSvd(tinyMatrix, 2, 1);
    expect([...singularValues]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(Math.abs(components[0]! * components[3]! - components[1]! * components[2]!)).toBeCloseTo(
      1,
    );
  });

  test("a seed repeats it; a matrix of a lower rank has components of zeros", () => {
    const flat = { ...tinyMatrix, indices: Uint32Array.of(0, 0) };
    const { components, singularValues } = truncatedSvd(flat, 2, 3);
    expect(singularValues[0]).toBeCloseTo(Math.SQRT2);
    expect([...components]).toEqual([expect.closeTo(1), 0, 0, 0]);
    expect(truncatedSvd({ ...flat }, 2, 3)).toEqual({ components, singularValues });
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
