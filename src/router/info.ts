import { z } from "zod";
import { checkVoteModel } from "../voting/check.js";
import type { VoteModel } from "../voting/fit.js";
import { certificateSchema } from "./certificate.js";

const voteModel = z.unknown().transform((value, context): VoteModel => {
  try {
    return checkVoteModel(value);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
    return z.NEVER;
  }
});

export const infoSchema = z.strictObject({
  /** Pool members in the order of the scores. */
  models: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        sha256: z.string().optional(),
        /** Mean seconds and mean price of one answer on the training data, where they are known. */
        seconds: z.number().nonnegative().optional(),
        price: z.number().nonnegative().optional(),
      }),
    )
    .min(1),
  /** Index of the best single model on the training data: taken where a prompt says nothing that is known. */
  fallback: z.int().nonnegative(),
  estimator: z.string(),
  /** Name of the encoder whose vectors must come with each prompt. */
  encoder: z.string().optional(),
  /** P(m) - P(fallback) that each model must exceed to be chosen; null = never. Absent: no gate. */
  gate: z.strictObject({ thresholds: z.array(z.number().nonnegative().nullable()) }).optional(),
  /** No model is likely to be right where the highest P is lower. */
  abstainBelow: z.number().min(0).max(1).optional(),
  /** How to spend several answers on a prompt; learnt where outcomes hold the answers. */
  vote: voteModel.optional(),
  /** Ids of the training prompts that neighbours are rows of. */
  neighborIds: z.array(z.string()).optional(),
  certificate: certificateSchema.optional(),
  training: z.strictObject({
    /** SHA-256 over prompts, models and scores. */
    fingerprint: z.string(),
    prompts: z.int().nonnegative(),
    /** Mean mark of each model on the training data, in the order of `models`; null where none was known. */
    meanMarks: z.array(z.number().min(0).max(1).nullable()),
  }),
});

/** What a router says of itself. */
export type RouterInfo = z.infer<typeof infoSchema>;
