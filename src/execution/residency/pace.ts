/** A request counts half as much after so many others: more than a burst of one kind, less than a change of traffic. */
const halfLife = 32;
const decay = 2 ** (-1 / halfLife);
/** One measurement says at most so many times what was expected: a busy moment is not the model's. */
const mostSurprise = 4;

/** Measurements of late, each counting half as much after `halfLife` requests. */
class Recent {
  #sum = 0;
  #weight = 0;

  /** How many there were, as they count now. */
  get weight(): number {
    return this.#weight;
  }

  /** Their mean; 0 without any. */
  get own(): number {
    return this.#weight === 0 ? 0 : this.#sum / this.#weight;
  }

  age(): void {
    this.#sum *= decay;
    this.#weight *= decay;
  }

  add(value: number): void {
    this.#sum += value;
    this.#weight++;
  }

  /** Their mean, with what to expect without them counted as one more. */
  mean(expected: number): number {
    return (this.#sum + expected) / (this.#weight + 1);
  }
}

/** Requests, loads and answers of late: of one model, or of all. */
class Pace {
  /** Requests, each counting half as much after `halfLife` later ones for any model. */
  use = 0;
  /** Seconds of loads, in units of what was guessed from the bytes. */
  readonly loads = new Recent();
  /** Seconds of answers. */
  readonly answers = new Recent();

  /** A request came to the pool. */
  count(isForThis: boolean): void {
    this.use = this.use * decay + Number(isForThis);
    this.loads.age();
    this.answers.age();
  }
}

/** Of all models of a pool together. */
export class PoolPace extends Pace {
  readonly models: number;

  constructor(models: number) {
    super();
    this.models = models;
  }
}

/**
 * What to expect of one model: its own measurements, drawn to those of all models the more, the fewer and the older they
 * are (shrinkage, as of an empirical Bayes estimate). So what was measured too high is forgotten although the model is
 * not asked, where a mean of its own would keep it for ever.
 */
export class ModelPace extends Pace {
  readonly #pool: PoolPace;

  constructor(pool: PoolPace) {
    super();
    this.#pool = pool;
  }

  /** In units of the guess. */
  get load(): number {
    return this.loads.mean(this.#pool.loads.mean(1));
  }

  /** Seconds; 0 before the first answer of any model. */
  get answer(): number {
    return this.answers.mean(this.#pool.answers.own);
  }

  /** Requests that one load serves, at least 1; every model counts as loaded once. */
  get requestsPerLoad(): number {
    const { use, loads, models } = this.#pool;
    const ofAll = Math.max(1, (use + 1) / (loads.weight + models));
    return Math.max(1, (this.use + ofAll) / (this.loads.weight + 1));
  }

  loaded(load: number): void {
    this.#measured("loads", load, this.load);
  }

  answered(seconds: number): void {
    this.#measured("answers", seconds, this.answer);
  }

  /** The first measurement of a pool is taken as it is. */
  #measured(kind: "loads" | "answers", value: number, expected: number): void {
    const pool = this.#pool[kind];
    const most = pool.weight === 0 ? value : mostSurprise * expected;
    for (const recent of [this[kind], pool]) recent.add(Math.min(value, most));
  }
}
