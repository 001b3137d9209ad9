import { describe, expect, test } from "vitest";
import { renderPrompt } from "../../src/execution/prompt.js";

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
});
