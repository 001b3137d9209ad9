import { ClusterClassifier } from "../models/clusters.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";
import type { RowKind } from "./table.js";

/** A router as the evaluation sees it. Measures its own routing time while it chooses. */
export function chooserOf(name: string, kind: RowKind, router: Router): FittedChooser {
  let routingSeconds = 0;
  const probabilities = (prompts: readonly string[]) => {
    const width = router.models.length;
    const all = new Float32Array(prompts.length * width);
    prompts.forEach((prompt, row) => {
      router.scores(prompt, all.subarray(row * width, (row + 1) * width));
    });
    return all;
  };
  // All prompts of a cluster get its rates, so that equal scores name the cluster.
  const clusters = (prompts: readonly string[]) =>
    equalRows(probabilities(prompts), prompts.length);
  return {
    name,
    kind,
    choose(prompts) {
      const begin = performance.now();
      const choices = Int32Array.from(prompts, (prompt) => router.choose(prompt));
      routingSeconds = (performance.now() - begin) / 1000 / Math.max(1, prompts.length);
      return choices;
    },
    probabilities,
    ...(router.info.estimator === "clusters" && { clusters }),
    get routingSeconds() {
      return routingSeconds;
    },
  };
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

/** The routers that a table compares: the multi-label classifier and the default one, K-means clusters. */
export async function fitComparedRouters(
  train: Outcomes,
  options: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<FittedChooser[]> {
  const signal = options.signal ? { signal: options.signal } : {};
  const multiLabel = await fitRouter(train, { estimator: new MultiLabelClassifier(), ...signal });
  const router = await fitRouter(train, {
    estimator: new ClusterClassifier({ seed: options.seed }),
    ...signal,
  });
  return [
    chooserOf("multi-label", "policy", multiLabel),
    chooserOf("router (clusters)", "router", router),
  ];
}
