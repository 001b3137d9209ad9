import type { Calibrator } from "./calibration.js";

/** A run of P with one mean. */
interface Block {
  readonly low: number;
  readonly high: number;
  readonly sum: number;
  readonly count: number;
}

/**
 * Isotonic regression: the never falling steps nearest to the targets in squares, by pooling adjacent violators
 * (Ayer et al. 1955); between two steps a line, as scikit-learn's IsotonicRegression, and level outside.
 */
export function isotonic(p: Float64Array, y: Float64Array): Calibrator {
  const blocks: Block[] = [];
  for (const block of distinct(p, y)) {
    let last = block;
    while (blocks.length > 0 && mean(blocks.at(-1)!) >= mean(last)) {
      last = merged(blocks.pop()!, last);
    }
    blocks.push(last);
  }
  const ends = blocks.flatMap((block) => [
    { x: block.low, value: mean(block) },
    { x: block.high, value: mean(block) },
  ]);
  return (x) => interpolate(ends, x);
}

/** One block for each distinct P, ascending. */
function distinct(p: Float64Array, y: Float64Array): Block[] {
  const blocks: Block[] = [];
  for (const i of Uint32Array.from(p.keys()).sort((a, b) => p[a]! - p[b]!)) {
    const block = { low: p[i]!, high: p[i]!, sum: y[i]!, count: 1 };
    const last = blocks.at(-1);
    if (last?.high === block.low) blocks[blocks.length - 1] = merged(last, block);
    else blocks.push(block);
  }
  return blocks;
}

function merged(a: Block, b: Block): Block {
  return { low: a.low, high: b.high, sum: a.sum + b.sum, count: a.count + b.count };
}

function mean({ sum, count }: Block): number {
  return sum / count;
}

function interpolate(points: readonly { readonly x: number; readonly value: number }[], x: number) {
  const after = points.findIndex((point) => point.x >= x);
  if (after === 0) return points[0]!.value;
  if (after < 0) return points.at(-1)!.value;
  const [a, b] = [points[after - 1]!, points[after]!];
  return a.value + ((x - a.x) / (b.x - a.x)) * (b.value - a.value);
}
