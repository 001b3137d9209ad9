// Contestants take turns: in every round each works for a slice of time, so that whatever else the machine does falls
// on all of them alike. What counts is processor time, which the machine's other work does not lengthen as it does
// time on the clock. Figures are medians over rounds; ratios are medians of the rounds' own ratios.
import { Bench } from "tinybench";
import { median, summary } from "./statistics.mjs";

/** Processor time of this process, all its threads, in milliseconds. */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * A contestant of this process.
 * @param pass works through `items` things; an async function where it works in promises: tinybench would find that out
 * by a call of its own, whose work would then go on within the measured time.
 */
export function local(name, items, pass) {
  const isAsync = pass.constructor.name === "AsyncFunction";
  const work = () => {
    if (pass() instanceof Promise)
      throw new Error(`The pass of ${name} must be an async function.`);
  };
  const slice = async (milliseconds) => {
    const bench = new Bench({
      time: milliseconds,
      iterations: 1,
      warmup: false,
      throws: true,
      now: processorTime,
    });
    bench.add(name, isAsync ? pass : work, { async: isAsync });
    await bench.run();
    return (bench.tasks[0].result.latency.p50 * 1e6) / items;
  };
  return { name, slice };
}

/** A contestant of a child process; `key` is its name there. */
export function remote(name, child, key) {
  return { name, slice: async (milliseconds) => Number(await child.ask(`${milliseconds} ${key}`)) };
}

/**
 * @returns Samples by name: nanoseconds an item, one number a round.
 */
export async function compete(contestants, { rounds, milliseconds }) {
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  for (const { slice } of contestants) await slice(milliseconds);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      // Each round starts with another one, so that nobody always follows the same neighbour.
      const { name, slice } = contestants[(round + turn) % contestants.length];
      samples.get(name).push(await slice(milliseconds));
    }
  }
  return new Samples(samples);
}

class Samples {
  #samples;

  constructor(samples) {
    this.#samples = samples;
  }

  has(name) {
    return this.#samples.has(name);
  }

  names() {
    return [...this.#samples.keys()];
  }

  /** Median and quartiles, nanoseconds an item. */
  of(name) {
    return summary(this.#samples.get(name));
  }

  /** How many times as long `name` takes as `base`. */
  ratio(name, base) {
    const of = this.#samples.get(base);
    return median(this.#samples.get(name).map((value, round) => value / of[round]));
  }
}
