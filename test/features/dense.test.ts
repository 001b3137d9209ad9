import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NoLabelsError, NotFittedError } from "../../src/errors.js";
import { DenseScaler } from "../../src/features/dense.js";

describe("DenseScaler", () => {
  test("divides by the root mean square length, by hand", () => {
    const X = new DenseScaler(2)
      .fit(Float32Array.of(3, 4, 0, 0), 2)
      .transform(Float32Array.of(0, 1, 3, 4, 0, 0), 3);
    expect([X.rows, X.columns, ...X.indptr]).toEqual([3, 2, 0, 2, 4, 6]);
    expect([...X.indices]).toEqual([0, 1, 0, 1, 0, 1]);
    const scale = Math.sqrt(25 / 2);
    [0, 1, 3, 4, 0, 0].forEach((value, at) => {
      expect(X.values[at]).toBeCloseTo(value / scale, 6);
    });
  });

  test("training rows have length 1 in root mean square, at any scale", () => {
    const values = fc.array(fc.float({ min: 1, max: 100, noNaN: true }), {
      minLength: 3,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(1e-9, 1, 1e9), (numbers, factor) => {
        const prompts = Math.floor(numbers.length / 3);
        const vectors = Float32Array.from(numbers.slice(0, 3 * prompts), (value) => value * factor);
        const X = new DenseScaler(3).fit(vectors, prompts).transform(vectors, prompts);
        const squares = X.values.reduce((sum, value) => sum + value * value, 0);
        expect(squares / prompts).toBeCloseTo(1, 4);
      }),
    );
  });

  test("refuses bad dimensions and vectors by name", () => {
    for (const bad of [0, -1, 1.5, 4097, Number.NaN]) {
      expect(() => new DenseScaler(bad)).toThrow(/from 1 to 4096 for dimensions/);
    }
    const scaler = new DenseScaler(2);
    const refuse = (vectors: unknown, prompts: number, message: RegExp) => {
      expect(() => scaler.fit(vectors as Float32Array, prompts)).toThrow(InvalidArgumentError);
      expect(() => scaler.fit(vectors as Float32Array, prompts)).toThrow(message);
    };
    refuse([1, 2], 1, /a Float32Array for vectors but received an array of 2/);
    refuse(Float32Array.of(1, 2, 3), 1, /1 x 2 numbers, 2 a prompt, for vectors but received 3/);
    refuse(Float32Array.of(1, Number.NaN), 1, /at 1 too, for vectors but received NaN/);
    refuse(Float32Array.of(Number.POSITIVE_INFINITY, 1), 1, /received Infinity/);
    expect(() => scaler.fit(new Float32Array(4), 2)).toThrow(NoLabelsError);
    expect(() => scaler.fit(new Float32Array(0), 0)).toThrow(NoLabelsError);
  });

  test("is not usable before fit", () => {
    expect(() => new DenseScaler(1).transform(Float32Array.of(1), 1)).toThrow(NotFittedError);
    expect(() => new DenseScaler(1).state).toThrow(NotFittedError);
  });
});
