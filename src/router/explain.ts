import { SurfaceVectorizer } from "../features/surface.js";
import type { TextEffects } from "../native/explain.js";
import type { Decision } from "./router.js";

/** What a feature adds to P(chosen model) - P(the other one). */
export interface Effect {
  readonly name: string;
  readonly effect: number;
}

/** Why a model was chosen. */
export interface Explanation {
  readonly decision: Decision;
  /** The model that the choice is explained against: the best single one, or the next best where that is chosen. */
  readonly against: string;
  /** Known n-grams of the prompt ("#" before those of characters) and surface features, the strongest first. */
  readonly terms: readonly Effect[];
  readonly surface: readonly Effect[];
  /** The nearest cluster of each clustering, and its share of what that clustering says. */
  readonly clusters: readonly {
    readonly part: number;
    readonly cluster: number;
    readonly share: number;
  }[];
  /** Ids of the training prompts that were asked, nearest first; for routers with neighbours. */
  readonly neighbors: readonly { readonly id: string; readonly cosine: number }[];
  /** Share of the prompt's n-grams that training never met, 0..1. */
  readonly novelty: number;
}

/** @param models in the order of the scores. @param ids of the rows of neighbours. */
export function explain(
  effects: TextEffects,
  decision: Decision,
  models: readonly string[],
  fallback: string,
  ids: readonly string[] | undefined,
): Explanation {
  const other = decision.ranking.find(({ model }) => model !== decision.model)?.model;
  const against = decision.model === fallback ? (other ?? fallback) : fallback;
  const [a, b] = [models.indexOf(decision.model), models.indexOf(against)];
  const strongest = (names: readonly string[], matrix: Float32Array): Effect[] =>
    (matrix.length === 0 ? [] : names)
      .map((name, i) => ({
        name,
        effect: matrix[i * models.length + a]! - matrix[i * models.length + b]!,
      }))
      .filter(({ effect }) => effect !== 0)
      .sort((x, y) => Math.abs(y.effect) - Math.abs(x.effect));
  const { known, total } = effects;
  return {
    decision,
    against,
    terms: strongest(effects.terms, effects.effects),
    surface: strongest(SurfaceVectorizer.names, effects.surface),
    clusters: effects.clusters,
    neighbors: effects.neighbors.map(({ row, cosine }) => ({
      id: ids?.[row] ?? `row ${row}`,
      cosine,
    })),
    novelty: total === 0 ? 1 : 1 - known / total,
  };
}
