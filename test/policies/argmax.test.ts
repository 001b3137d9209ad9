import { expect, test } from "vitest";
import { argMax } from "../../src/policies/argmax.js";

test("argMax takes the highest score, the first of equal ones", () => {
  expect(argMax(new Float32Array([0.1, 0.9, 0.3]))).toBe(1);
  expect(argMax(new Float32Array([0.5, 0.5]))).toBe(0);
  expect(argMax(new Float32Array([0]))).toBe(0);
});
