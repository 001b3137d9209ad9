import { createHash } from "node:crypto";
import type { Outcomes } from "../types.js";

/** SHA-256 over models, prompts and scores, hexadecimal. */
export function fingerprint({ models, prompts, scores }: Outcomes): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([models, prompts]));
  hash.update(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength));
  return hash.digest("hex");
}
