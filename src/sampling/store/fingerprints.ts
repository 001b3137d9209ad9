import { createHash } from "node:crypto";
import type { Prompt } from "../../execution/engine.js";
import type { ModelManifest } from "./manifest.js";

/** Digits of a SHA-256 that a record keeps: enough to tell a run's prompts, files and settings apart. */
const digits = 16;

/** SHA-256, hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Of the text of a prompt, or of its messages as JSON. */
export function promptHash(prompt: Prompt): string {
  return sha256(typeof prompt === "string" ? prompt : JSON.stringify(prompt)).slice(0, digits);
}

/** What every answer of a model says about where it comes from. */
export interface Provenance {
  readonly modelHash: string | null;
  readonly settings: string;
}

/** The settings are hashed as JSON with sorted keys, without the hashes of the file and of the prompts. */
export function provenanceOf(model: ModelManifest): Provenance {
  const { sha256: file, prompts: _, ...settings } = model;
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    modelHash: file?.slice(0, digits) ?? null,
    settings: sha256(JSON.stringify(Object.fromEntries(sorted))).slice(0, digits),
  };
}
