import { createHash } from "node:crypto";

export interface Choice {
  readonly model: string;
  /** Jobs that wait for a worker. */
  readonly waiting: number;
  /** Other workers at this model. */
  readonly workers: number;
}

/**
 * What a worker turns to next: the model that it has loaded as long as there is work for it, since a swap costs
 * seconds; else the one with most jobs for each worker there.
 * @param worker its id, by which workers that start together choose different models.
 */
export function choose<T extends Choice>(
  choices: readonly T[],
  loaded: string | undefined,
  worker: string,
): T | undefined {
  const open = choices.filter(({ waiting }) => waiting > 0);
  const rank = (choice: T): [number, string] => [
    choice.model === loaded ? Number.POSITIVE_INFINITY : choice.waiting / (choice.workers + 1),
    createHash("sha256").update(`${worker} ${choice.model}`).digest("hex"),
  ];
  return open
    .map((choice) => ({ choice, rank: rank(choice) }))
    .sort((a, b) =>
      a.rank[0] === b.rank[0] ? (a.rank[1] < b.rank[1] ? -1 : 1) : b.rank[0] - a.rank[0],
    )
    .at(0)?.choice;
}
