/**
 * A vote that is counted one answer at a time and knows when it is over. Ties go to the answer seen first; unusable
 * answers do not vote. Give answers in canonical form.
 */
export class VoteTally {
  readonly #votes = new Map<string, number>();
  #left: number;

  /** @param weight of all votes together that are to come, 0 or more. */
  constructor(weight: number) {
    this.#left = weight;
  }

  /** Counts an answer. @param weight its share of the weight that was to come, 0 or more. */
  add(answer: string | null, weight: number): void {
    this.#left -= weight;
    if (answer !== null) this.#votes.set(answer, (this.#votes.get(answer) ?? 0) + weight);
  }

  /** Votes of each answer so far, in order of appearance. */
  get votes(): ReadonlyMap<string, number> {
    return this.#votes;
  }

  /** The answer with the most votes; null before the first usable one. */
  get leader(): string | null {
    let [leader, most]: [string | null, number] = [null, -1];
    for (const [answer, votes] of this.#votes) if (votes > most) [leader, most] = [answer, votes];
    return leader;
  }

  /** Whether the leader stays the leader whatever is still to come. */
  get isSure(): boolean {
    const { leader } = this;
    if (leader === null) return false;
    const most = this.#votes.get(leader)!;
    let other = 0;
    for (const [answer, votes] of this.#votes)
      if (answer !== leader) other = Math.max(other, votes);
    // What is left is a rounded difference.
    return most - other > this.#left + 1e-9;
  }

  /**
   * Probability of the leader if weights are those of a log-linear model:
   * `exp(votes of a) / sum over answers b of exp(votes of b)`, an answer not seen yet counted as one with 0 votes.
   */
  get confidence(): number {
    const { leader } = this;
    if (leader === null) return 0;
    const most = this.#votes.get(leader)!;
    let sum = Math.exp(-most);
    for (const votes of this.#votes.values()) sum += Math.exp(votes - most);
    return 1 / sum;
  }
}
