import { tokenF1 } from "../../scorers/token-f1.js";
import type { Question } from "../../types.js";
import type { SampledAnswers } from "../store/load-answers.js";
import type { Answer } from "../votes.js";
import { representative } from "./marks.js";

/** Reference answers that models agree on: question id -> model that is being labelled -> answer of the others. */
export type Consensus = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Rounds of estimating how reliable models are; the votes change little after the second. */
const rounds = 5;
/** Questions of a group count as much as so many questions of all groups. */
const priorQuestions = 20;

interface Ballot {
  readonly group: string;
  readonly question: string;
  /** Distinct usable answers, in the order of the models. */
  readonly answers: readonly string[];
  /** [model][answer]: how far the model's answers are like this one, 0..1; undefined where it gave no usable answer. */
  readonly support: readonly (Float64Array | undefined)[];
  /** [model][answer]: share of the model's answers that are this one. */
  readonly shares: readonly Float64Array[];
}

/**
 * Labels without reference answers: for each model the answer that the *other* models agree on, so that no model votes
 * for itself (though its answers tell how reliable the others are). A model's vote is shared among its usable answers
 * and weighted by its reliability: how far it agrees with the others, on the same task and subject where there are
 * enough questions (in the manner of Dawid and Skene, 1979, with one parameter a model). Free texts agree by the words
 * that their medoids share.
 *
 * Errors that models share look like truth here; see docs/labels.md for how far to trust it.
 * @returns nothing for a model where no other model has a usable answer.
 */
export function consensusOf(
  questions: readonly Question[],
  sampled: SampledAnswers,
  models: readonly string[],
): Consensus {
  const ballots = questions.map((question) => ballotOf(question, sampled, models));
  let weights: WeightOf = () => 1;
  for (let round = 0; round < rounds; round++) weights = reliabilities(ballots, weights);
  return new Map(
    ballots.map((ballot) => [
      ballot.question,
      new Map(
        models.flatMap((name, model) => {
          const winner = leaderWithout(ballot, model, weights);
          return winner === undefined ? [] : [[name, ballot.answers[winner]!] as const];
        }),
      ),
    ]),
  );
}

type WeightOf = (group: string, model: number) => number;

function ballotOf(question: Question, sampled: SampledAnswers, models: readonly string[]): Ballot {
  const text = question.answer === "text";
  const lists = models.map((name) => {
    const all: readonly Answer[] = sampled.get(name)?.get(question.id)?.answers ?? [];
    const voting = text ? [representative(question, all)] : all;
    return voting.filter((answer) => answer !== null);
  });
  const answers = [...new Set(lists.flat())];
  const likeness = (a: string, b: string) => (a === b ? 1 : text ? tokenF1(a, [b]) : 0);
  const support = lists.map((list) =>
    list.length === 0
      ? undefined
      : Float64Array.from(answers, (answer) => {
          return list.reduce((sum, own) => sum + likeness(answer, own), 0) / list.length;
        }),
  );
  const shares = lists.map((list) =>
    Float64Array.from(
      answers,
      (answer) => list.filter((own) => own === answer).length / list.length,
    ),
  );
  const group = JSON.stringify([question.task, question.subject]);
  return { group, question: question.id, answers, support, shares };
}

/** The answer with most support of the other models; ties to the first. */
function leaderWithout(ballot: Ballot, model: number, weights: WeightOf): number | undefined {
  const sums = new Float64Array(ballot.answers.length);
  let voters = 0;
  ballot.support.forEach((support, other) => {
    if (other === model || support === undefined) return;
    const weight = weights(ballot.group, other);
    for (let a = 0; a < sums.length; a++) sums[a]! += weight * support[a]!;
    voters += 1;
  });
  return voters === 0 ? undefined : sums.indexOf(Math.max(...sums));
}

/** How much each model agrees with the others, by group, drawn towards its mean over all groups. */
function reliabilities(ballots: readonly Ballot[], weights: WeightOf): WeightOf {
  const agreed = new Map<string, { sum: number; count: number }>();
  const tally = (key: string) => {
    const found = agreed.get(key) ?? { sum: 0, count: 0 };
    agreed.set(key, found);
    return found;
  };
  for (const ballot of ballots) {
    ballot.support.forEach((_, model) => {
      const agreement = agreementOf(ballot, model, weights);
      if (agreement === undefined) return;
      for (const key of [`${model}`, `${model}${ballot.group}`]) {
        const sums = tally(key);
        sums.sum += agreement;
        sums.count += 1;
      }
    });
  }
  return (group, model) => {
    const all = tally(`${model}`);
    const own = tally(`${model}${group}`);
    const prior = (all.sum + 1) / (all.count + 2);
    return (own.sum + priorQuestions * prior) / (own.count + priorQuestions);
  };
}

/** Weighted mean over the other models of how far their answers are the same, 0..1. */
function agreementOf(ballot: Ballot, model: number, weights: WeightOf): number | undefined {
  const own = ballot.support[model];
  if (own === undefined) return undefined;
  let sum = 0;
  let total = 0;
  ballot.support.forEach((support, other) => {
    if (other === model || support === undefined) return;
    const weight = weights(ballot.group, other);
    // The mean likeness of an answer of the one and an answer of the other.
    sum += weight * own.reduce((same, share, a) => same + share * ballot.shares[other]![a]!, 0);
    total += weight;
  });
  return total === 0 ? undefined : sum / total;
}
