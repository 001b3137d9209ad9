export interface Sigmoid {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * P = 1 / (1 + exp(-(slope z + intercept))) of the least log loss, by Newton's method with halved steps.
 * @param targets in 0..1, as many as z.
 * @param fitIntercept false: the intercept stays 0.
 */
export function fitSigmoid(z: Float64Array, targets: Float64Array, fitIntercept: boolean): Sigmoid {
  let at: Sigmoid = { slope: 1, intercept: 0 };
  let loss = lossOf(at, z, targets);
  for (let step = 0; step < 100; step++) {
    const move = newtonStep(at, z, targets, fitIntercept);
    let [scale, next, nextLoss] = [1, at, Number.POSITIVE_INFINITY];
    while (scale > 1e-10 && !(nextLoss < loss)) {
      next = {
        slope: at.slope - scale * move.slope,
        intercept: at.intercept - scale * move.intercept,
      };
      nextLoss = lossOf(next, z, targets);
      scale /= 2;
    }
    if (!(nextLoss < loss)) break;
    const gain = loss - nextLoss;
    [at, loss] = [next, nextLoss];
    if (gain < 1e-12 * z.length) break;
  }
  return at;
}

function lossOf({ slope, intercept }: Sigmoid, z: Float64Array, targets: Float64Array): number {
  return z.reduce((sum, x, i) => {
    const s = slope * x + intercept;
    // ln(1 + exp(s)) - y s, without overflow.
    return sum + Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - targets[i]! * s;
  }, 0);
}

/** H^-1 g; a touch of ridge where z hardly varies. */
function newtonStep(
  { slope, intercept }: Sigmoid,
  z: Float64Array,
  targets: Float64Array,
  fitIntercept: boolean,
): Sigmoid {
  let [ga, gb, haa, hab, hbb] = [0, 0, 1e-9, 0, 1e-9];
  z.forEach((x, i) => {
    const p = 1 / (1 + Math.exp(-(slope * x + intercept)));
    const h = p * (1 - p);
    ga += (p - targets[i]!) * x;
    gb += p - targets[i]!;
    haa += h * x * x;
    hab += h * x;
    hbb += h;
  });
  if (!fitIntercept) return { slope: ga / haa, intercept: 0 };
  const determinant = haa * hbb - hab * hab;
  return {
    slope: (hbb * ga - hab * gb) / determinant,
    intercept: (haa * gb - hab * ga) / determinant,
  };
}

export function logit(p: number): number {
  const inside = Math.min(Math.max(p, 1e-4), 1 - 1e-4);
  return Math.log(inside / (1 - inside));
}
