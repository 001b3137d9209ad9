import { z } from "zod";

const share = z.number().min(0).max(1);
const difference = z.number().min(-1).max(1);

export const certificateSchema = z.strictObject({
  /** Judged out of fold: every prompt by a router that was trained, chosen and gated without it and its group. */
  prompts: z.int().positive(),
  /** Groups of near-duplicate prompts, which folds keep together and errors count as one. */
  groups: z.int().positive(),
  folds: z.int().min(2),
  seed: z.int().nonnegative(),
  /** SHA-256 over the prompts, models and scores that were judged. */
  fingerprint: z.string(),
  /** The model that the gain is counted from: the best single one of each fold's training rows; most often this. */
  bestSingle: z.string(),
  bestSingleAccuracy: share,
  routerAccuracy: share,
  /** Mean paired difference of router and best single model, with its 95 % interval (grouped, Student's t). */
  gain: difference,
  gainLow: difference,
  gainHigh: difference,
  /** Gain that 80 % of such trials would have found significant. */
  minimumDetectableEffect: z.number().nonnegative(),
  /** Of the router's P against success rates, out of fold: calibration error over 10 bins of equal width, mean squared error. */
  calibration: z.strictObject({ ece: share, brier: share }),
  /** What the contamination alarm said of each model; empty where there were no two splits to compare. */
  contamination: z.array(
    z.strictObject({
      model: z.string(),
      train: share,
      clean: share,
      z: z.number(),
      contaminated: z.boolean(),
    }),
  ),
});

/** What was shown of a router before it was written, kept in its file. */
export type Certificate = z.infer<typeof certificateSchema>;
