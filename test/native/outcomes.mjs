/** Outcomes for the child processes of these tests, which run what is built: random prompts, seeded. */
export function randomOutcomes(rows, words, models, vocabulary = 3000) {
  let state = 1;
  const below = (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const prompts = Array.from({ length: rows }, () =>
    Array.from({ length: words }, () => `word${below(vocabulary)}`).join(" "),
  );
  const scores = Float32Array.from({ length: rows * models }, () => below(2));
  const nothing = prompts.map(() => undefined);
  return {
    models: Array.from({ length: models }, (_, i) => `model${i}`),
    ids: prompts.map((_, i) => String(i)),
    prompts,
    tasks: nothing,
    subjects: nothing,
    splits: nothing,
    golds: nothing,
    scores,
    marks: scores,
  };
}
