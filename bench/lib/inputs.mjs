// What a run works on: outcomes to learn from, a fifth of them held out, and prompts to route.
import { basename, join } from "node:path";
import { selectRows, uniquePrompts } from "../../dist/datasets/outcomes.js";
import { loadPrompts } from "../../dist/datasets/prompts.js";
import { loadQuestions } from "../../dist/datasets/questions.js";
import { loadOutcomes } from "../../dist/index.js";
import { syntheticOutcomes } from "./outcomes.mjs";
import { generator, shuffled } from "./random.mjs";

const questions = join(import.meta.dirname, "../../models/questions");

export async function readInputs({ train, prompts, seed, limit }) {
  const outcomes = uniquePrompts(
    train === undefined
      ? syntheticOutcomes(await loadQuestions(join(questions, "train.jsonl")), seed)
      : (await loadOutcomes([train])).outcomes,
  );
  const order = shuffled([...outcomes.prompts.keys()], generator(seed));
  const cut = Math.floor(order.length / 5);
  const file = prompts ?? join(questions, "test.jsonl");
  return {
    seed,
    outcomes,
    heldOut: selectRows(outcomes, order.slice(0, cut)),
    training: selectRows(outcomes, order.slice(cut)),
    prompts: (await loadPrompts(file)).slice(0, limit),
    description: {
      training:
        train === undefined ? "models/questions/train.jsonl, synthetic outcomes" : basename(train),
      prompts: prompts === undefined ? "models/questions/test.jsonl" : basename(prompts),
    },
  };
}
