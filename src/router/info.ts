import { z } from "zod";
import { certificateSchema } from "./certificate.js";

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
