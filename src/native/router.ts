import { native, type Task } from "./addon.js";
import type { TermList } from "./text.js";

/** An open router file. Files opened by several threads of a process are in memory once. */
export interface RouterHandle {
  readonly handle: unknown;
  /** What the router says of itself, JSON. */
  readonly info: string;
  /** How it makes features of text, JSON. */
  readonly features: string;
  readonly models: number;
  readonly clusters: number;
  /** Numbers of the vector that must come with each text; 0 for none. */
  readonly embeddingSize: number;
}

export type CompileOptions = (TermList | { readonly hashBits: number }) & {
  /** [columns] */
  readonly idf: Float32Array;
  /** [columns x heads] */
  readonly weights: Float32Array;
  readonly heads: number;
};

/** Arrays of a router file; docs/router-file.md says what is in them. */
export interface CompiledTerms {
  /** Empty with hashBits, as are the tags. */
  readonly multipliers: Uint16Array;
  readonly tags: Uint32Array;
  /** [rows x scales.length] */
  readonly rows: Int16Array;
  readonly scales: Float32Array;
}

const addon = {
  compileTerms: native<(options: CompileOptions) => Task<CompiledTerms>>("compileTerms"),
  openRouter: native<(path: string) => Task<RouterHandle>>("openRouter"),
  readRouter: native<(bytes: Uint8Array) => RouterHandle>("readRouter"),
  routerBytes: native<(handle: unknown) => Uint8Array>("routerBytes"),
};

/** Rounds weights to 16 bits and lays them out for scoring. @throws RangeError if two terms are the same. */
export async function compileTerms(options: CompileOptions): Promise<CompiledTerms> {
  return (await addon.compileTerms(options).promise)!;
}

/** Maps a router file. @throws RangeError that says what is wrong with its contents. */
export async function openRouter(path: string): Promise<RouterHandle> {
  return (await addon.openRouter(path).promise)!;
}

/** The same for bytes in memory, which are copied. */
export function readRouter(bytes: Uint8Array): RouterHandle {
  return addon.readRouter(bytes);
}

/** A copy of the file. */
export function routerBytes(router: RouterHandle): Uint8Array {
  return addon.routerBytes(router.handle);
}
