import { NeighborsClassifier } from "../models/neighbors.js";
import { argMax } from "../policies/argmax.js";
import { defaultEstimator } from "../router/default-estimator.js";
import { fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import { fitClusterRouters } from "./cluster-routers.js";
import type { FittedChooser, Participant } from "./judge.js";
import { type FitRoutersOptions, fitPaperRouters } from "./paper-routers.js";
import { fitPlans } from "./plans.js";
import { chooserBy, chooserOf } from "./routers.js";

/**
 * Everything that a table compares: the paper's policies, classifiers and clusters, nearest neighbours, the default router
 * with and without its gate, and plans where answers are known.
 */
export async function fitComparedRouters(
  train: Outcomes,
  options: FitRoutersOptions,
): Promise<Participant[]> {
  const { seed, signal } = options;
  const work = signal ? { signal } : {};
  const estimator = new NeighborsClassifier({ seed });
  return [
    ...(await fitPaperRouters(train, options)),
    ...(await fitClusterRouters(train, options)),
    chooserOf("100 neighbours", "knn", await fitRouter(train, { estimator, ...work })),
    ...routerChoosers(await fitRouter(train, { estimator: defaultEstimator({ seed }), ...work })),
    ...fitPlans(train, seed),
  ];
}

/** A router as it is, and where it has a gate, what its scores alone would choose. */
export function routerChoosers(router: Router): FittedChooser[] {
  return [
    chooserOf("router", "router", router),
    ...(router.info.gate ? [chooserBy("router, ungated (argmax)", router, argMax)] : []),
  ];
}
