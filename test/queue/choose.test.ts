import fc from "fast-check";
import { expect, test } from "vitest";
import { type Choice, choose } from "../../src/queue/choose.js";

const choice = fc.record({
  model: fc.string({ minLength: 1 }),
  waiting: fc.nat(9),
  workers: fc.nat(5),
});

test("work that waits is taken if there is any, with the loaded model first", () => {
  fc.assert(
    fc.property(fc.array(choice), fc.string(), (choices, loaded) => {
      const open = choices.filter(({ waiting }) => waiting > 0);
      const chosen = choose(choices, loaded, "w");
      if (open.length === 0) expect(chosen).toBeUndefined();
      else if (open.some(({ model }) => model === loaded)) expect(chosen?.model).toBe(loaded);
      else {
        const share = ({ waiting, workers }: Choice) => waiting / (workers + 1);
        expect(share(chosen!)).toBe(Math.max(...open.map(share)));
      }
    }),
  );
});

test("workers that start together spread over the models", () => {
  const choices = ["a", "b", "c"].map((model) => ({ model, waiting: 256, workers: 0 }));
  const chosen = Array.from({ length: 60 }, (_, i) => choose(choices, undefined, `worker ${i}`));
  for (const { model } of choices)
    expect(chosen.filter((one) => one?.model === model).length).toBeGreaterThan(8);
});
