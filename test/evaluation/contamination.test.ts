import { describe, expect, test } from "vitest";
import { ContaminatedLabelsError, InvalidArgumentError } from "../../src/errors.js";
import {
  contaminationVerdicts,
  refuseContaminated,
  relativeVerdicts,
  verdictsBySplit,
  withoutContaminated,
} from "../../src/evaluation/contamination.js";
import { evaluateSplit } from "../../src/evaluation/evaluate.js";
import { formatContamination } from "../../src/evaluation/format-contamination.js";
import { chooserOf } from "../../src/evaluation/routers.js";
import { accuracyBySubject } from "../../src/evaluation/subjects.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { random } from "../../src/random.js";
import { fitRouter } from "../../src/router/fit.js";
import { outcomesOf } from "../worlds.js";

const rows = (n: number, split: string, scores: (i: number) => number[]) =>
  Array.from({ length: n }, (_, i) => ({ prompt: `${split} ${i}`, split, scores: scores(i) }));

/** "honest" is right on half of everything; "memo" on all training questions but half of the clean ones. */
const training = rows(100, "train", (i) => [i % 2, 1]);
const validation = rows(60, "validation", (i) => [i % 2, (i + 1) % 2]);
const models = ["honest", "memo"];

describe("contamination alarm", () => {
  const verdicts = contaminationVerdicts(
    outcomesOf(models, training),
    outcomesOf(models, validation),
  );

  test("flags the model that is much better on training questions, with the statistic", () => {
    expect(verdicts.map((v) => v.contaminated)).toEqual([false, true]);
    expect(verdicts[1]).toMatchObject({ model: "memo", train: 1, clean: 0.5 });
    // SE = sqrt(0 / 100 + s^2 / 60) with s^2 = 15 / 59 for 30 of 60.
    expect(verdicts[1]!.z).toBeCloseTo(0.5 / Math.sqrt(15 / 59 / 60), 6);
  });

  test("a model that is worse on training questions is no cause for alarm", () => {
    const swapped = contaminationVerdicts(
      outcomesOf(models, validation),
      outcomesOf(models, training),
    );
    expect(swapped.some((v) => v.contaminated)).toBe(false);
  });

  test("hides the labels of the flagged model on the flagged split only", () => {
    const both = outcomesOf(models, [...training, ...validation]);
    const clean = withoutContaminated(both, verdicts, "train");
    const hidden = [...clean.marks].map((mark) => Number.isNaN(mark));
    expect(hidden.filter(Boolean)).toHaveLength(100);
    expect(hidden.slice(0, 2)).toEqual([false, true]);
    expect(hidden.slice(200).some(Boolean)).toBe(false);
    expect(both.marks.some(Number.isNaN)).toBe(false);
  });
});

describe("verdicts by split", () => {
  const all = outcomesOf(models, [
    ...training,
    ...validation,
    ...rows(40, "test", (i) => [i % 2, i % 2]),
  ]);

  test("judge every split against the clean one, and name it", () => {
    const found = verdictsBySplit(all, "validation");
    expect(found.map(({ model, split, contaminated }) => [model, split, contaminated])).toEqual([
      ["honest", "train", false],
      ["memo", "train", true],
      ["honest", "test", false],
      ["memo", "test", false],
    ]);
    expect(`\n${formatContamination(found)}`).toMatchInlineSnapshot(`
      "
              split  right there %  clean %    z  threshold
      honest  train           50.0     50.0  0.0          3         clean
      memo    train          100.0     50.0  7.7          3  contaminated
      honest   test           50.0     50.0  0.0          3         clean
      memo     test           50.0     50.0  0.0          3         clean
      "
    `);
    expect(() => verdictsBySplit(all, "dev")).toThrow(InvalidArgumentError);
  });

  test("flagged labels are refused with a stable code, unless they are allowed", () => {
    const found = verdictsBySplit(all, "validation");
    const refuse = () => refuseContaminated(found);
    expect(refuse).toThrow(ContaminatedLabelsError);
    expect(refuse).toThrow(/3 standard errors: memo on "train" \(7\.7\)/);
    expect(refuse).toThrow(expect.objectContaining({ code: "CONTAMINATED_LABELS" }));
    expect(() => refuseContaminated(found, { allow: true })).not.toThrow();
    expect(() => refuseContaminated(found.filter((v) => !v.contaminated))).not.toThrow();
  });

  test("answers of flagged models are hidden too", () => {
    const kept = { ...all, answers: all.ids.map(() => models.map(() => ["1"])) };
    const clean = withoutContaminated(
      { ...kept, answerMarks: all.ids.map(() => models.map(() => [1])) },
      verdictsBySplit(all, "validation"),
      "train",
    );
    expect([clean.answers![0], clean.answers![150]]).toEqual([
      [["1"], undefined],
      [["1"], ["1"]],
    ]);
    expect(clean.answerMarks![99]).toEqual([[1], undefined]);
  });
});

describe("relative verdicts", () => {
  const source = random(8);
  const right = (percent: number) => Number(source.below(100) < percent);
  /** Three models; `hard` makes a prompt hard for all, `bonus` helps the last. */
  const world = (n: number, split: string, base: number, bonus: number) =>
    outcomesOf(
      ["a", "b", "memo"],
      rows(n, split, () => {
        const level = right(50) ? base + 25 : base - 25;
        return [right(level), right(level), right(level + bonus)];
      }),
    );

  test("a split that is easier for all accuses nobody, where the plain alarm accuses all", () => {
    const [easy, hard] = [world(600, "train", 70, 0), world(600, "test", 50, 0)];
    expect(contaminationVerdicts(easy, hard).every(({ contaminated }) => contaminated)).toBe(true);
    expect(relativeVerdicts(easy, hard).some(({ contaminated }) => contaminated)).toBe(false);
  });

  test("finds the one that gains more than the others", () => {
    const found = relativeVerdicts(world(600, "train", 60, 25), world(600, "test", 50, 0));
    expect(found.map(({ contaminated }) => contaminated)).toEqual([false, false, true]);
    expect(found[0]!.z).toBeLessThan(0);
  });

  test("flags a clean model about as seldom as its threshold says", () => {
    let flagged = 0;
    for (let set = 0; set < 300; set++) {
      const found = relativeVerdicts(world(60, "train", 60, 0), world(60, "test", 60, 0));
      flagged += found.filter(({ contaminated }) => contaminated).length;
    }
    // One-sided level of 3 standard errors: 0.00135 of 900.
    expect(flagged).toBeLessThanOrEqual(6);
  });
});

describe("the paper's failure", () => {
  const source = random(5);
  const topics = [
    "apples",
    "trains",
    "clocks",
    "shares",
    "ladders",
    "prices",
    "farmers",
    "tickets",
  ];
  const right = (percent: number) => Number(source.below(100) < percent);
  const questions = (n: number, split: string, memo: number) =>
    Array.from({ length: n }, () => {
      const words = Array.from({ length: 5 }, () => topics[source.below(topics.length)]);
      return { prompt: words.join(" "), split, scores: [right(70), right(55), right(memo)] };
    });
  const pool = ["strong", "weak", "memo"];
  const train = outcomesOf(pool, questions(400, "train", 95));
  const validation = outcomesOf(pool, questions(200, "validation", 50));
  const held = outcomesOf(pool, questions(600, "test", 50));

  test.each([
    ["multi-label", () => new MultiLabelClassifier()],
    ["clusters", () => new ClusterClassifier()],
  ])(
    "%s: the router is the contaminated model; without its labels it is not",
    async (name, estimator) => {
      const judge = async (labels: typeof train) => {
        const router = await fitRouter(labels, { estimator: estimator() });
        // The best single model as a user finds it: on clean questions.
        const choosers = [chooserOf(name, "router", router)];
        const { rows } = evaluateSplit({ train: validation, test: held, choosers, seed: 1 });
        return rows.find(({ kind }) => kind === "router")!;
      };
      const believed = await judge(train);
      expect(believed.shares!.memo).toBeGreaterThan(0.95);
      expect(believed.gainHigh).toBeLessThan(-0.1);

      const found = contaminationVerdicts(train, validation);
      expect(found.map(({ contaminated }) => contaminated)).toEqual([false, false, true]);
      const cleaned = await judge(withoutContaminated(train, found, "train"));
      expect(cleaned.shares!.memo ?? 0).toBe(0);
      expect(cleaned.gainLow).toBeGreaterThan(-0.1);
      expect(cleaned.accuracy).toBeGreaterThan(believed.accuracy + 0.1);
    },
  );
});

test("accuracy by subject leaves unknown marks out", () => {
  const outcomes = {
    ...outcomesOf(
      ["a"],
      [1, 0, Number.NaN, 1].map((mark, i) => ({ prompt: `${i}`, scores: [mark] })),
    ),
    subjects: ["sums", "sums", "sums", "facts"],
  };
  expect([...accuracyBySubject(outcomes)]).toEqual([
    ["sums", [0.5]],
    ["facts", [1]],
  ]);
});

test("another mix of tasks is no contamination, a shift within tasks is", () => {
  // The specialist is right on sums only, the others everywhere alike; sums are 80 % of train, 20 % of test.
  const part = (sums: number, split: string, known = 0) =>
    Array.from({ length: 400 }, (_, i) => {
      const isSum = i % 10 < sums;
      const luck = Number((7 * i) % 10 < 6);
      const specialist = isSum ? Number((7 * i) % 10 < 9) : Number((3 * i) % 10 < 1 + known);
      return { prompt: `p${split}${i}`, scores: [specialist, luck, luck], split, isSum };
    });
  const verdict = (known: number) => {
    const rows = [...part(8, "train", known), ...part(2, "test")];
    const tasks = rows.map(({ isSum }) => (isSum ? "sums" : "facts"));
    const all = { ...outcomesOf(["specialist", "b", "c"], rows), tasks };
    return verdictsBySplit(all, "test", relativeVerdicts)[0]!;
  };
  expect(verdict(0)).toMatchObject({ model: "specialist", contaminated: false });
  expect(verdict(9).contaminated).toBe(true);
});
