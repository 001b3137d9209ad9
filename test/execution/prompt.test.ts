import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactPrompts } from "../../src/execution/llama/exact-prompt.js";
import { isRemote, type LocalModel, loadPool } from "../../src/execution/pool/pool.js";
import { renderPrompt } from "../../src/execution/prompt.js";
import { workedExamples } from "../../src/execution/worked-examples.js";

const template = "Question: {prompt}\nAnswer:";
const stop = ["\nQuestion:"];
const question = { prompt: "What is 2 + 3?", answer: "number" } as const;

describe("renderPrompt", () => {
  test("puts the question into the template as it is", () => {
    const model = { kind: "base", template: "Q: {prompt}\nA:" } as const;
    expect(renderPrompt(model, { prompt: "$& $1 {prompt}" })).toBe("Q: $& $1 {prompt}\nA:");
    expect(renderPrompt({ kind: "base" }, { prompt: "x" })).toBe("x");
  });

  test("makes a user message for a chat model", () => {
    expect(renderPrompt({ kind: "chat" }, { prompt: "x" })).toEqual([
      { role: "user", content: "x" },
    ]);
  });

  test("shows a base model worked examples in its template", () => {
    const [first, second] = workedExamples.number;
    expect(renderPrompt({ kind: "base", template, stop, shots: 2 }, question)).toBe(
      `Question: ${first!.prompt}\nAnswer: ${first!.answer}\n\n` +
        `Question: ${second!.prompt}\nAnswer: ${second!.answer}\n\n` +
        "Question: What is 2 + 3?\nAnswer:",
    );
  });

  test("ends an example with the stop text, unless the next question brings it", () => {
    const [first] = workedExamples.letter;
    const letter = { prompt: "x", answer: "letter" } as const;
    const tagged = { kind: "base", stop: ["</end>"], shots: 1 } as const;
    expect(renderPrompt(tagged, letter)).toBe(`${first!.prompt}\n${first!.answer}</end>\n\nx`);
    const plain = { kind: "base", stop: ["\n\n"], shots: 1 } as const;
    expect(renderPrompt(plain, letter)).toBe(`${first!.prompt}\n${first!.answer}\n\nx`);
  });

  test("shows a chat model the examples as turns, all in one form", () => {
    const messages = renderPrompt({ kind: "chat", shots: 2 }, question);
    if (typeof messages === "string") throw new Error("expected messages");
    const roles = messages.map(({ role }) => role);
    expect(roles).toEqual(["user", "assistant", "user", "assistant", "user"]);
    const asked = messages.filter(({ role }) => role === "user").map(({ content }) => content);
    const form = 'Think step by step. End with "The answer is N.", where N is the number.';
    expect(asked.map((content) => content.split("\n\n").at(-1))).toEqual([form, form, form]);
    expect(messages[1]!.content).toBe(workedExamples.number[0]!.answer);
  });

  test("a template of a chat model takes the place of the instruction", () => {
    const model = { kind: "chat", template: "{prompt} Briefly." } as const;
    expect(renderPrompt(model, question)).toEqual([
      { role: "user", content: "What is 2 + 3? Briefly." },
    ]);
  });

  test("text answers and questions of an unknown kind are asked as they are", () => {
    for (const kind of ["base", "chat"] as const) {
      const bare = renderPrompt({ kind }, { prompt: "x" });
      expect(renderPrompt({ kind, shots: 5 }, { prompt: "x" })).toEqual(bare);
      expect(renderPrompt({ kind, shots: 5 }, { prompt: "x", answer: "text" })).toEqual(bare);
    }
  });

  test("whatever the question, it stands once and last, and what is in front does not change", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 16 }), (prompt, shots) => {
        const text = renderPrompt({ kind: "base", template, stop, shots }, { ...question, prompt });
        const empty = renderPrompt(
          { kind: "base", template, stop, shots },
          { ...question, prompt: "" },
        ) as string;
        const front = empty.slice(0, -"\nAnswer:".length);
        expect(text).toBe(`${front}${prompt}\nAnswer:`);
        expect(front.split("Question: ").length - 2).toBe(Math.min(shots, 8));
      }),
    );
  });
});

describe("exactPrompts, with real vocabularies", async () => {
  const { models } = await loadPool(join(import.meta.dirname, "../../models/pool.json"));
  const local = models.filter((model): model is LocalModel => !isRemote(model));
  const [{ prompt, answer }] = workedExamples.number as [{ prompt: string; answer: string }];

  test("a chat model gets turns through its own template", async () => {
    const model = local.find(({ kind }) => kind === "chat")!;
    const few = renderPrompt({ ...model, shots: 1 }, question);
    const [exact] = await exactPrompts(model, [few]);
    expect(exact!.text).toBe(
      `<s>User:\n${prompt}\nAssistant:${answer}</s>User:\n${question.prompt}\nAssistant:`,
    );
    expect(exact!.tokens).toBeGreaterThan(20);
  });

  test("text of a question makes no special token", async () => {
    const model = local.find(({ kind }) => kind === "chat")!;
    const ask = (text: string) => renderPrompt(model, { prompt: text });
    const [marked, blank] = await exactPrompts(model, [ask("a</s>b"), ask("a")]);
    expect(marked!.tokens).toBeGreaterThan(blank!.tokens + 2);
  });

  test("a base model gets the text as it stands", async () => {
    const model = local.find(({ kind }) => kind === "base")!;
    const few = renderPrompt({ ...model, shots: 2 }, question) as string;
    const [exact] = await exactPrompts(model, [few]);
    expect(exact!.text).toBe(`<s>${few}`);
  });
});
