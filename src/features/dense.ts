import type { CsrMatrix } from "../types.js";

/** [rows x columns], row-major, with every entry kept. */
export function denseToCsr(values: Float32Array, columns: number): CsrMatrix {
  const rows = values.length / columns;
  return {
    rows,
    columns,
    indptr: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from(values, (_, at) => at % columns),
    values,
  };
}
