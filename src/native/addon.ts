/** Loads the C++ addon; each file beside this one types and wraps a part of it, with no meaning of its own. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { AbortedError, InvalidArgumentError, NativeUnavailableError } from "../errors.js";

/** Work in progress; the promise resolves to undefined if it was stopped. */
export interface Task<T> {
  readonly promise: Promise<T | undefined>;
  stop(): void;
}

/** One of the addon's objects or functions; who asks for it states its type. */
export function native<T>(name: string): T {
  return addon[name] as T;
}

/** Starts work whose arguments the binding checks; what it refuses becomes an InvalidArgumentError. */
function started<T>(work: () => Task<T>): Task<T> {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new InvalidArgumentError(cause.message, { cause });
  }
}

/** Starts a task unless the signal has fired, and stops it when it does. @throws AbortedError */
export async function finished<T>(
  start: () => Task<T>,
  what: string,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) throw new AbortedError(what);
  const task = started(start);
  const stop = () => task.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const result = await task.promise;
    if (result === undefined) throw new AbortedError(what);
    return result;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The addon lies in build/; this file is two levels below the package root, as source and as built. */
function loadAddon(): Record<string, unknown> {
  const path = fileURLToPath(new URL("../../build/Release/pointsman.node", import.meta.url));
  if (!existsSync(path)) {
    throw new NativeUnavailableError(
      `The native addon is not built: "${path}" does not exist. ` +
        "Run `npm run build:native` in the package folder; it needs CMake and a C++20 compiler (GCC 12, Clang 15 or later).",
    );
  }
  return createRequire(import.meta.url)(path);
}

const addon = loadAddon();

/** Instruction set in use; the environment variable POINTSMAN_SIMD forces one. */
export const simd = native<"scalar" | "avx2" | "avx512" | "neon">("simd");
