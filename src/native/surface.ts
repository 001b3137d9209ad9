import { finished, native, type Task } from "./addon.js";

const addon = {
  surfaceNames: native<() => string[]>("surfaceNames"),
  surface: native<(texts: readonly string[]) => Task<Float32Array>>("surface"),
};

/** Names of the surface features in the order of their columns; docs/surface-features.md defines each. */
export const surfaceNames: readonly string[] = addon.surfaceNames();

/** @returns [texts x surfaceNames.length]: logarithms of 1 + a count, and shares from 0 to 1. */
export async function surface(texts: readonly string[]): Promise<Float32Array> {
  return finished(() => addon.surface(texts), "Reading surface features");
}
