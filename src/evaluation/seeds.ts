import type { Column, TableInput } from "./table.js";

/** One run whose marks, seconds and prices are each prompt's mean over the runs of several seeds. */
export function averageRuns(runs: readonly TableInput[], seeds: readonly number[]): TableInput {
  const [first] = runs;
  return {
    ...first!,
    columns: first!.columns.map((_, at) => averageColumns(runs.map(({ columns }) => columns[at]!))),
    reference: average(runs.map(({ reference }) => reference)),
    bestSingle: mostFrequent(runs.map(({ bestSingle }) => bestSingle)),
    seeds,
  };
}

function averageColumns(columns: readonly Column[]): Column {
  const [first] = columns;
  const all = <T>(of: (column: Column) => T | undefined): T[] =>
    columns.map(of).filter((one) => one !== undefined);
  const mean = (of: (column: Column) => Float64Array | undefined) => {
    const parts = all(of);
    return parts.length > 0 ? average(parts) : undefined;
  };
  const choices = all((column) => column.choices);
  const probabilities = all((column) => column.probabilities);
  return {
    ...first!,
    marks: average(columns.map(({ marks }) => marks)),
    seconds: mean((column) => column.seconds),
    prices: mean((column) => column.prices),
    answers: mean((column) => column.answers),
    // Shares count all of them.
    choices: choices.length > 0 ? Int32Array.from(choices.flatMap((one) => [...one])) : undefined,
    probabilities: probabilities.length > 0 ? Float32Array.from(average(probabilities)) : undefined,
  };
}

/** Over the runs in which the value is known; NaN where it is in none. */
function average(parts: readonly (Float32Array | Float64Array)[]): Float64Array {
  return Float64Array.from(parts[0]!, (_, row) => {
    const known = parts.map((part) => part[row]!).filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

function mostFrequent(names: readonly string[]): string {
  const count = (name: string) => names.filter((other) => other === name).length;
  return names.reduce((best, name) => (count(name) > count(best) ? name : best));
}
