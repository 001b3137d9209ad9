import { z } from "zod";
import type { AnswerKind, Question } from "../types.js";
import { lineError } from "./jsonl.js";

/** A NUL is of a file that is no text, or in UTF-16; tokenizers stop at it. */
export const questionText = z
  .string({ error: "expected some text" })
  .refine((value) => value.trim() !== "", { error: "expected some text" })
  .refine((value) => !value.includes("\0"), { error: "expected text without NUL characters" });
const reference = z
  .string({ error: "expected the reference answer as a string, or no such field" })
  .transform(withoutEndMark)
  .refine((gold) => gold.trim() !== "", { error: "expected some text, or no such field" });

/** Fields not named here (e.g. a worked solution) are left out. */
const rowSchema = z.object({
  id: questionText,
  prompt: questionText,
  gold: reference.nullish(),
  references: z.array(reference).min(1).nullish(),
  answer: z.enum(["number", "letter", "boolean", "text"]).nullish(),
  scorer: z.enum(["exact", "f1", "rouge-l", "chrf", "bleu", "judge"]).nullish(),
  source: z.string().nullish(),
  task: z.string().nullish(),
  subject: z.string().nullish(),
  split: z.string().nullish(),
});

/** Names of the fields of a row. */
export const questionFields: readonly string[] = Object.keys(rowSchema.shape);

type Row = z.infer<typeof rowSchema>;

/** A number as people write it: sign, currency, thousands separators, decimals, percent. */
const numberGold =
  /^(?=.*\d)[-\u2212]?[$€£¥]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+|(?<=\d)\.)?\s?[%€]?$/;
const letterGold = /^\(?[A-J]\)?$/;
const booleanGold = /^(?:yes|no|true|false)\.?$/i;

const expected: Record<AnswerKind, string> = {
  number: "a number",
  letter: "a letter A to J",
  boolean: "yes, no, true or false",
  text: "some text",
};

/**
 * Checks a row of a question file. Without `answer` the kind of answer is that of `gold`: one letter A to J, a number,
 * yes or no (or true or false), else text; without either, text. `references` and `scorer` are for text only.
 * @throws InputFileError naming file, line and field.
 */
export function parseQuestion(file: string, line: number, value: unknown): Question {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.path.length === 0 ? "the row" : `field "${issue.path.join(".")}"`;
    throw lineError(file, line, `${field}: ${issue.message}.`, parsed.error);
  }
  const row = parsed.data;
  const answer = row.answer ?? kindOf(row.gold ?? "");
  const problem = problemOf(row, answer);
  if (problem !== undefined) throw lineError(file, line, problem);
  const given = Object.entries({ ...row, answer }).filter(([, field]) => field != null);
  return Object.fromEntries(given) as unknown as Question;
}

function problemOf({ gold, references, scorer }: Row, answer: AnswerKind): string | undefined {
  if (gold != null && answer !== "text" && kindOf(gold) !== answer) {
    const shown = gold.length > 60 ? `${gold.slice(0, 57)}...` : gold;
    return `field "gold": expected ${expected[answer]} but received "${shown}".`;
  }
  for (const [name, field] of Object.entries({ references, scorer })) {
    if (field != null && answer !== "text")
      return `field "${name}": only text answers have it, and this one is a ${answer}. Leave it out, or add "answer": "text".`;
  }
  if (gold == null && (references != null || (scorer != null && scorer !== "judge")))
    return 'field "gold": expected a reference answer to score with. Add one, or leave "references" and "scorer" out.';
  return undefined;
}

/** The kind of answer that a reference answer is. */
export function kindOf(gold: string): AnswerKind {
  const trimmed = gold.trim();
  if (letterGold.test(trimmed)) return "letter";
  if (numberGold.test(trimmed)) return "number";
  return booleanGold.test(trimmed) ? "boolean" : "text";
}

/** Some collections leave the end-of-text mark of the model that they were made for in their answers. */
function withoutEndMark(gold: string): string {
  return gold.replace(/<\|endoftext\|>\s*$/, "");
}
