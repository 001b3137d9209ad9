import { timeCalls } from "./calls.js";
import { type Percentiles, percentiles } from "./percentiles.js";

/** A way through the first stages of routing: it does all up to its own and drops the result. */
export interface Stage {
  readonly name: string;
  run(prompt: string): unknown;
}

export interface StageTimes extends Percentiles {
  readonly stage: string;
}

/**
 * What each stage adds, from runs that end after it. A prompt's time at a stage is the least of its passes, and what
 * the stage adds is that less the one of the stage before; percentiles are over prompts. So they show how stages
 * depend on the prompt, without hiccups of the machine.
 * @param stages in order, each including the ones before it.
 */
export function stageTimes(
  prompts: readonly string[],
  passes: number,
  stages: readonly Stage[],
): StageTimes[] {
  const cumulative = stages.map(() => new Float64Array(prompts.length).fill(Infinity));
  // Stage by stage within a pass, so that a slow moment falls on all of them alike.
  for (let pass = 0; pass < passes; pass++) {
    stages.forEach((stage, i) => {
      const times = timeCalls(prompts, 1, stage.run);
      const least = cumulative[i]!;
      for (let at = 0; at < times.length; at++) least[at] = Math.min(least[at]!, times[at]!);
    });
  }
  return stages.map(({ name }, i) => {
    const added = cumulative[i]!.map((time, at) =>
      Math.max(0, time - (i === 0 ? 0 : cumulative[i - 1]![at]!)),
    );
    return { stage: name, ...percentiles(added) };
  });
}
