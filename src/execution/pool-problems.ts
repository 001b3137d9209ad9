import type { z } from "zod";

const localFields = ["file", "source", "sha256", "bytes", "licence", "quantisation"];
const remoteFields = ["endpoint", "model", "apiKeyEnv"];
const neither =
  'expected either "file" or "source" (a local model), or "endpoint" and "model" (a remote one)';

/** More than this many lines help nobody. */
const mostProblems = 20;

/**
 * What is wrong with a pool file, a line each: `models[2].kind: ...`. Of a model, what its kind (local or remote, to
 * judge by its fields) misses; not what the other kind would.
 * @param value what the file holds.
 */
export function problemsOf(error: z.ZodError, value: unknown): string[] {
  const problems = error.issues.flatMap((issue) => flatten(issue, [], value));
  const rest = problems.length - mostProblems;
  return rest > 0 ? [...problems.slice(0, mostProblems), `and ${rest} more`] : problems;
}

function flatten(
  issue: z.core.$ZodIssue,
  prefix: readonly PropertyKey[],
  value: unknown,
): string[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return [`${fieldName(path)}: ${issue.message}`];
  const model = at(value, path);
  if (typeof model !== "object" || model === null || Array.isArray(model)) {
    return [`${fieldName(path)}: expected the fields of a model`];
  }
  const local = localFields.some((field) => field in model);
  const remote = remoteFields.some((field) => field in model);
  if (local === remote) return [`${fieldName(path)}: ${neither}`];
  return (issue.errors[local ? 0 : 1] ?? []).flatMap((inner) => flatten(inner, path, value));
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  );
}

function fieldName(path: readonly PropertyKey[]): string {
  const field = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return field === "" ? "the file" : field.replace(/^\./, "");
}
