import type { z } from "zod";
import { prefix } from "./protocol.js";
import type { Redis } from "./redis.js";

/** Seconds that a state holds after it was last renewed. Who has been silent for longer counts as gone. */
const holds = 15;
/** Milliseconds between two renewals. */
export const renewEvery = 2000;

type Kind = "run" | "worker";

const setKey = (kind: Kind) => `${prefix}:${kind}s`;
const stateKey = (kind: Kind, id: string) => `${prefix}:${kind}:${id}`;

/** Says that a run or a worker is there and how it is. */
export async function announce(redis: Redis, kind: Kind, id: string, state: object): Promise<void> {
  await redis
    .multi()
    .sadd(setKey(kind), id)
    .set(stateKey(kind, id), JSON.stringify(state), "EX", holds)
    .exec();
}

export async function withdraw(redis: Redis, kind: Kind, id: string): Promise<void> {
  await redis.multi().srem(setKey(kind), id).del(stateKey(kind, id)).exec();
}

/**
 * Those that have been announced. A worker that went away without a word is forgotten; a run is not, since its jobs
 * are still there.
 * @returns id -> state; undefined for a run that went away, or that speaks another version's language.
 */
export async function present<T>(
  redis: Redis,
  kind: Kind,
  schema: z.ZodType<T>,
): Promise<Map<string, T | undefined>> {
  const ids = (await redis.smembers(setKey(kind))).sort();
  if (ids.length === 0) return new Map();
  const texts = await redis.mget(ids.map((id) => stateKey(kind, id)));
  const gone = ids.filter((_, i) => kind === "worker" && texts[i] === null);
  if (gone.length > 0) await redis.srem(setKey(kind), gone);
  return new Map(ids.map((id, i) => [id, parse(texts[i] ?? null, schema)]));
}

function parse<T>(text: string | null, schema: z.ZodType<T>): T | undefined {
  if (text === null) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
