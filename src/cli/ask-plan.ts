import { UnknownModelError } from "../errors.js";
import { plain } from "../evaluation/text.js";
import type { Engine } from "../execution/engine.js";
import { openEngine } from "../execution/open-engine.js";
import type { Pool } from "../execution/pool/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import type { Router } from "../router/router.js";
import { extractAnswer } from "../sampling/extraction/answers.js";
import { runPlan, type Verdict } from "../voting/run.js";

export interface AskPlanOptions {
  /** Answers that may be spent, on average. */
  readonly budget: number;
  /** The vector of the prompt, for a router that needs one. */
  readonly embedding?: Float32Array;
  readonly seed: number;
  readonly json?: boolean;
  readonly signal: AbortSignal;
}

/** Asks as the router's plan for the budget says, shows each answer on stderr, and prints the one that the votes make. */
export async function askPlan(
  prompt: string,
  router: Router,
  pool: Pool,
  options: AskPlanOptions,
): Promise<void> {
  const { budget, embedding, seed, json, signal } = options;
  const plan = router.plan(prompt, { budget, ...(embedding && { embedding }) });
  const answer = /\([A-Z]\)/.test(prompt) ? "letter" : "number";
  const show = (line: string) => void (json || process.stderr.write(`${line}\n`));
  show(`plan: ${plan.kind}, at most ${budget} answers on average`);
  await using engines = new Engines(pool);
  const verdict = await runPlan(
    plan,
    async (name, slots, stop) => {
      const { engine, model } = await engines.of(name);
      const answers: (string | null)[] = [];
      for (const slot of slots) {
        const completion = await engine.generate(renderPrompt(model, { prompt }), {
          ...model.sampling,
          stop: model.stop,
          seed: seed + slot,
          signal: stop,
        });
        answers.push(extractAnswer({ answer }, completion.text));
        show(`  ${name}: ${plain(completion.text.trim())} -> ${answers.at(-1) ?? "no answer"}`);
      }
      return answers;
    },
    { signal },
  );
  process.stdout.write(
    json ? `${JSON.stringify({ prompt, plan, ...flat(verdict) })}\n` : text(verdict),
  );
}

function flat({ answer, votes, used }: Verdict) {
  return { answer, votes: Object.fromEntries(votes), used };
}

function text({ answer, used }: Verdict): string {
  return `${answer ?? "no usable answer"}  (${used} answer${used === 1 ? "" : "s"})\n`;
}

/** Models of a pool, each loaded when it is first asked. */
class Engines implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #loaded = new Map<string, Engine>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async of(name: string) {
    const model = this.#pool.models.find((member) => member.name === name);
    if (model === undefined) {
      const known = this.#pool.models.map((member) => member.name);
      throw new UnknownModelError(name, known);
    }
    const engine = this.#loaded.get(name) ?? (await openEngine(model));
    this.#loaded.set(name, engine);
    return { engine, model };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.#loaded.values()) await engine[Symbol.asyncDispose]();
  }
}
