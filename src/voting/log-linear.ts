/** The votes on one prompt, as numbers. */
export interface Choice {
  /** Candidate that each arm votes for; -1 = it does not vote. */
  readonly candidateOf: Int32Array;
  readonly candidates: number;
  /** Whether each candidate is right; at least one is. */
  readonly right: readonly boolean[];
}

export interface LogLinearProblem {
  readonly choices: readonly Choice[];
  /** Weight that each arm uses; arms may share one. */
  readonly weightOf: Int32Array;
  /** Gaussian prior of the weights: mean, and precision matrix [weights x weights]. */
  readonly mean: Float64Array;
  readonly precision: Float64Array;
}

const maxIterations = 60;
const tolerance = 1e-13;

/**
 * Weights w >= 0 that maximise sum over prompts of ln P(a right answer) - (w - mean)' precision (w - mean) / 2 where
 * `P(answer a) = exp(s_a) / sum_b exp(s_b)` and s_a is the sum of the weights of the arms that voted for a
 * (McFadden's conditional logit, 1974). Projected Newton steps (Bertsekas, SIAM J. Control Optim. 1982) with the
 * curvature of the log-partition, which bounds the curvature of the whole where a prompt has several right answers.
 */
export function fitLogLinear(problem: LogLinearProblem): Float64Array {
  let weights: Float64Array = problem.mean.map((mean) => Math.max(0, mean));
  let { loss, gradient, hessian } = evaluate(problem, weights);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const free = [...weights.keys()].filter((at) => weights[at]! > 0 || gradient[at]! < 0);
    const step = solve(hessian, gradient, free, weights.length);
    let decrease = 0;
    for (const [at, index] of free.entries()) decrease += step[at]! * gradient[index]!;
    if (!(decrease > tolerance)) break;
    const next = search(problem, weights, step, free, loss);
    if (next === undefined) break;
    weights = next;
    ({ loss, gradient, hessian } = evaluate(problem, weights));
  }
  return weights;
}

/** ln P(a right answer) of each prompt. */
export function logLikelihoods(
  { choices, weightOf }: Pick<LogLinearProblem, "choices" | "weightOf">,
  weights: Float64Array,
): Float64Array {
  return Float64Array.from(choices, (choice) => {
    const scores = scoresOf(choice, weightOf, weights);
    return logSum(scores.filter((_, at) => choice.right[at])) - logSum(scores);
  });
}

/** Halves the step until the loss falls. */
function search(
  problem: LogLinearProblem,
  weights: Float64Array,
  step: Float64Array,
  free: readonly number[],
  loss: number,
): Float64Array | undefined {
  for (let scale = 1; scale > 1e-6; scale /= 2) {
    const next = Float64Array.from(weights);
    for (const [at, index] of free.entries()) {
      next[index] = Math.max(0, next[index]! - scale * step[at]!);
    }
    if (lossOf(problem, next) < loss) return next;
  }
  return undefined;
}

function lossOf(problem: LogLinearProblem, weights: Float64Array): number {
  const likelihood = logLikelihoods(problem, weights).reduce((sum, value) => sum + value, 0);
  const pull = priorPull(problem, weights);
  return (
    -likelihood + pull.reduce((sum, p, at) => sum + p * (weights[at]! - problem.mean[at]!), 0) / 2
  );
}

/** precision (w - mean) */
function priorPull({ mean, precision }: LogLinearProblem, weights: Float64Array): Float64Array {
  const size = mean.length;
  return mean.map((_, row) => {
    let sum = 0;
    for (let at = 0; at < size; at++)
      sum += precision[row * size + at]! * (weights[at]! - mean[at]!);
    return sum;
  });
}

function evaluate(problem: LogLinearProblem, weights: Float64Array) {
  const size = weights.length;
  const gradient = priorPull(problem, weights);
  const hessian = Float64Array.from(problem.precision);
  for (const choice of problem.choices) {
    const scores = scoresOf(choice, problem.weightOf, weights);
    const all = softmax(scores);
    const right = softmax(scores.map((s, at) => (choice.right[at] ? s : Number.NEGATIVE_INFINITY)));
    addCurvature(hessian, size, choice.candidateOf, problem.weightOf, all);
    choice.candidateOf.forEach((candidate, arm) => {
      if (candidate >= 0) gradient[problem.weightOf[arm]!]! += all[candidate]! - right[candidate]!;
    });
  }
  return { loss: lossOf(problem, weights), gradient, hessian };
}

/** Adds the covariance of the votes under the probabilities of the candidates. */
function addCurvature(
  hessian: Float64Array,
  size: number,
  candidateOf: Int32Array,
  weightOf: Int32Array,
  probability: Float64Array,
): void {
  for (let arm = 0; arm < candidateOf.length; arm++) {
    const a = candidateOf[arm]!;
    if (a < 0 || probability[a]! < 1e-12) continue;
    const row = weightOf[arm]! * size;
    for (let other = 0; other < candidateOf.length; other++) {
      const b = candidateOf[other]!;
      if (b < 0) continue;
      const both = a === b ? 1 - probability[b]! : -probability[b]!;
      hessian[row + weightOf[other]!]! += probability[a]! * both;
    }
  }
}

function scoresOf(choice: Choice, weightOf: Int32Array, weights: Float64Array): Float64Array {
  const scores = new Float64Array(choice.candidates);
  choice.candidateOf.forEach((candidate, arm) => {
    if (candidate >= 0) scores[candidate]! += weights[weightOf[arm]!]!;
  });
  return scores;
}

function logSum(scores: Float64Array): number {
  const most = Math.max(...scores);
  return most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
}

function softmax(scores: Float64Array): Float64Array {
  const total = logSum(scores);
  return scores.map((score) => Math.exp(score - total));
}

/** Solves the rows and columns `free` of a positive definite system by Cholesky's method. */
function solve(matrix: Float64Array, right: Float64Array, free: readonly number[], size: number) {
  const n = free.length;
  const lower = new Float64Array(n * n);
  const solution = Float64Array.from(free, (index) => right[index]!);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[free[i]! * size + free[j]!]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= lower[i * n + k]! * solution[k]!;
    solution[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) solution[i]! -= lower[k * n + i]! * solution[k]!;
    solution[i]! /= lower[i * n + i]!;
  }
  return solution;
}
