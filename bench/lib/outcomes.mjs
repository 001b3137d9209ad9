import { generator } from "./random.mjs";

/**
 * Made-up outcomes of nine models on questions, for a run without real ones: a model's skill at a subject is drawn
 * once, its marks are drawn from that skill. A router can learn them, and timing does not depend on them.
 */
export function syntheticOutcomes(questions, seed) {
  const random = generator(seed);
  const models = Array.from({ length: 9 }, (_, i) => `model-${i + 1}`);
  const skills = new Map();
  const scores = Float32Array.from(
    questions.flatMap(({ subject = "" }) => {
      if (!skills.has(subject))
        skills.set(
          subject,
          models.map(() => 0.2 + 0.7 * random()),
        );
      return skills.get(subject).map((skill) => Number(random() < skill));
    }),
  );
  const column = (pick) => questions.map(pick);
  return {
    models,
    ids: column((q) => q.id),
    prompts: column((q) => q.prompt),
    tasks: column((q) => q.task),
    subjects: column((q) => q.subject),
    splits: column((q) => q.split),
    golds: column((q) => q.gold),
    scores,
    marks: scores,
  };
}
