// Files that programs and scripts in other languages read (bench/native/inputs.h, bench/python/inputs.py).
import { writeFileSync } from "node:fs";

export function writePrompts(file, prompts) {
  const lengths = Uint32Array.from(prompts, (prompt) => prompt.length);
  write(file, [Uint32Array.of(prompts.length), lengths, Buffer.from(prompts.join(""), "utf16le")]);
}

/** @param state of the vectoriser, with the norm "occurrence"; @param heads of the estimator. */
export function writeModel(file, state, heads) {
  const { terms, offsets, idf, ngramRange } = state;
  const head = [idf.length, heads.bias.length, ...ngramRange, terms.length];
  write(file, [Uint32Array.from(head), offsets, terms, idf, heads.weights, heads.bias]);
}

/**
 * A problem of logistic regression.
 * @param Y [rows x labels], 0 or 1; written label by label.
 */
export function writeProblem(file, X, Y, labels, C) {
  const columns = new Float32Array(Y.length);
  for (let row = 0; row < X.rows; row++) {
    for (let label = 0; label < labels; label++)
      columns[label * X.rows + row] = Y[row * labels + label];
  }
  const head = Uint32Array.of(X.rows, X.columns, labels);
  write(file, [head, X.indptr, X.indices, X.values, columns, Float32Array.of(C)]);
}

/** Rows of floats. */
export function writeDense(file, values, columns) {
  write(file, [Uint32Array.of(values.length / columns, columns), values]);
}

/** fastText's training lines: the labels that are right, then the text in lower case on one line. */
export function writeFastText(file, { prompts, marks, models }) {
  const lines = prompts.map((prompt, row) => {
    const right = models.flatMap((_, m) =>
      marks[row * models.length + m] >= 0.5 ? [`__label__${m}`] : [],
    );
    return right.length === 0 ? "" : `${right.join(" ")} ${oneLine(prompt)}\n`;
  });
  writeFileSync(file, lines.join(""));
}

export function writeLines(file, prompts) {
  writeFileSync(file, prompts.map((prompt) => `${oneLine(prompt)}\n`).join(""));
}

export function oneLine(prompt) {
  return prompt.toLowerCase().replace(/\s+/g, " ").toWellFormed();
}

function write(file, parts) {
  const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  writeFileSync(file, Buffer.concat(bytes));
}
