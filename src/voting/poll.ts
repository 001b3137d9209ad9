import { majority } from "./ballots.js";
import { type Ask, asksOf, type Plan } from "./plan.js";
import { VoteTally } from "./tally.js";

/** A plan under way: says what to ask next, takes the answers, and knows when it is done. */
export class Poll {
  readonly #plan: Plan;
  readonly #asks: readonly Ask[];
  readonly #tally: VoteTally;
  #taken = 0;
  #used = 0;
  #accepted: string | null = null;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#asks = asksOf(plan);
    const weights = this.#asks.flatMap((ask) => ask.weights);
    this.#tally = new VoteTally(weights.reduce((sum, weight) => sum + weight, 0));
  }

  /** What to ask next; undefined when the vote is over. */
  get next(): Ask | undefined {
    return this.#isOver ? undefined : this.#asks[this.#taken];
  }

  /** The asks that may still be needed while there is a next one, that one first. */
  get left(): readonly Ask[] {
    return this.#asks.slice(this.#taken);
  }

  /** The winner so far; null without a usable answer. */
  get answer(): string | null {
    return this.#accepted ?? this.#tally.leader;
  }

  /** Votes of each answer, in order of appearance. */
  get votes(): ReadonlyMap<string, number> {
    return this.#tally.votes;
  }

  /** Answers taken so far. */
  get used(): number {
    return this.#used;
  }

  /** Counts the answers, in canonical form, to the next ask; fewer than asked for are none. */
  take(answers: readonly (string | null)[]): void {
    const ask = this.#asks[this.#taken++]!;
    ask.weights.forEach((weight, at) => {
      this.#tally.add(answers[at] ?? null, weight);
    });
    this.#used += answers.length;
    if (this.#plan.kind !== "escalation" || this.#taken > 1) return;
    const favourite = majority(answers);
    const alike = answers.filter((answer) => answer === favourite && answer !== null).length;
    if (alike >= this.#plan.agree) this.#accepted = favourite;
  }

  get #isOver(): boolean {
    if (this.#taken === this.#asks.length || this.#accepted !== null) return true;
    if (this.#tally.isSure) return true;
    const escalated = this.#plan.kind === "set" || this.#taken > 1;
    return (
      this.#plan.kind !== "single" && escalated && this.#tally.confidence >= this.#plan.confidence
    );
  }
}
