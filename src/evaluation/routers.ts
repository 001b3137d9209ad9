import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";
import type { RowKind } from "./table.js";

/** As `Policy`; undefined = no model is asked. */
type Choice = (scores: Float32Array) => number | undefined;

/** A router as the evaluation sees it, with its own policy or gate. Measures its own routing time while it chooses. */
export function chooserOf(
  name: string,
  kind: RowKind,
  router: Router,
  { hasClusters = /^(blend of )?clusters$/.test(router.info.estimator) } = {},
): FittedChooser {
  // All prompts of a cluster get its rates, so that equal scores name the cluster.
  const clusters = (test: Outcomes) => equalRows(scoresOf(router, test), test.prompts.length);
  return timed(name, kind, (prompt, vector) => router.choose(prompt, vector), {
    probabilities: (test) => scoresOf(router, test),
    ...(hasClusters && { clusters }),
  });
}

/** The scores of a router, and another way to choose by them. */
export function chooserBy(name: string, router: Router, choose: Choice): FittedChooser {
  return timed(
    name,
    "policy",
    (prompt, vector) => choose(router.scores(prompt, undefined, vector)) ?? -1,
  );
}

/** @returns [prompts x models] */
export function scoresOf(router: Router, test: Outcomes): Float32Array {
  const width = router.models.length;
  const vectorOf = vectors(test);
  const all = new Float32Array(test.prompts.length * width);
  test.prompts.forEach((prompt, row) => {
    router.scores(prompt, all.subarray(row * width, (row + 1) * width), vectorOf(row));
  });
  return all;
}

function timed(
  name: string,
  kind: RowKind,
  chooseOne: (prompt: string, vector: Float32Array | undefined) => number,
  more: Pick<FittedChooser, "probabilities" | "clusters"> = {},
): FittedChooser {
  let routingSeconds = 0;
  return {
    ...more,
    name,
    kind,
    choose(test) {
      const vectorOf = vectors(test);
      const begin = performance.now();
      const choices = Int32Array.from(test.prompts, (prompt, row) =>
        chooseOne(prompt, vectorOf(row)),
      );
      routingSeconds = (performance.now() - begin) / 1000 / Math.max(1, test.prompts.length);
      return choices;
    },
    get routingSeconds() {
      return routingSeconds;
    },
  };
}

/** The vector of each row, where the outcomes hold vectors. */
function vectors({ embeddings }: Outcomes): (row: number) => Float32Array | undefined {
  if (embeddings === undefined) return () => undefined;
  const { columns, values } = embeddings;
  return (row) => values.subarray(row * columns, (row + 1) * columns);
}

/** @returns a number for each row, the same for equal rows. */
function equalRows(matrix: Float32Array, rows: number): Int32Array {
  const width = matrix.length / rows;
  const numbers = new Map<string, number>();
  return Int32Array.from({ length: rows }, (_, row) => {
    const key = matrix.subarray(row * width, (row + 1) * width).join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}
