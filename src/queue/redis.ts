import type { Redis, RedisOptions } from "ioredis";
import { InvalidArgumentError, QueueError } from "../errors.js";

export type { Job, Queue, Worker } from "bullmq";
export type { Redis } from "ioredis";

/** Milliseconds that the first connection may take. */
const connectTimeout = 10_000;
/** Longest pause between two attempts to reach a Redis that went away, in milliseconds. */
const maxBackoff = 5000;

/** BullMQ, loaded when it is needed. @throws QueueError where it is not installed. */
export function bullmq(): Promise<typeof import("bullmq")> {
  return load("bullmq", () => import("bullmq"));
}

/**
 * Connects to Redis. A Redis that goes away later is waited for, as long as it takes: commands are sent when it is back.
 * @param url `redis://[user:password@]host:port/database`, `rediss:` for TLS. A password may also stand in the
 *   environment variable REDISCLI_AUTH, as for redis-cli, where other users of the machine do not see it.
 * @param onNote hears that the connection was lost, and that it is back.
 * @throws InvalidArgumentError; QueueError where Redis cannot be reached at first or refuses.
 */
export async function connect(url: string, onNote: (note: string) => void): Promise<Redis> {
  const shown = withoutPassword(url);
  const { Redis: Client } = await load("ioredis", () => import("ioredis"));
  const state = { ready: false, lost: false };
  const password = new URL(url).password || process.env.REDISCLI_AUTH;
  const options: RedisOptions = {
    lazyConnect: true,
    connectTimeout,
    maxRetriesPerRequest: null,
    // BullMQ's copies of the connection have this too, and would keep the process alive.
    retryStrategy: (times) =>
      state.ready && !left.has(redis) ? Math.min(2 ** times * 50, maxBackoff) : null,
    ...(password && { password: decodeURIComponent(password) }),
  };
  const redis: Redis = new Client(url, options);
  let problem: Error | undefined;
  redis.on("error", (error) => {
    problem = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const cause = problem ?? (error as Error);
    throw new QueueError(
      `Redis at ${shown} cannot be used: ${cause.message}. Check the address, the password and that Redis runs.`,
      { cause },
    );
  }
  state.ready = true;
  redis.on("reconnecting", () => {
    if (!state.lost) onNote(`Redis at ${shown} does not answer; waiting for it`);
    state.lost = true;
  });
  redis.on("ready", () => {
    if (state.lost) onNote(`Redis at ${shown} is back`);
    state.lost = false;
  });
  return redis;
}

const left = new WeakSet<Redis>();

/** Ends a connection, and BullMQ's copies of it that wait for a Redis that is away. */
export function disconnect(redis: Redis): void {
  left.add(redis);
  redis.disconnect();
}

/** Whether an error only says that Redis is away, of which `connect` tells. */
export function isAway({ message }: Error): boolean {
  return /ECONN|EPIPE|ETIMEDOUT|Connection is closed/.test(message);
}

/** The address as it may be shown. @throws InvalidArgumentError */
function withoutPassword(url: string): string {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    // The text itself is not shown: it may hold a password.
    throw new InvalidArgumentError(
      "Expected an address like redis://127.0.0.1:6379/0 for queue but received something else.",
    );
  }
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

async function load<T>(name: string, importIt: () => Promise<T>): Promise<T> {
  try {
    return await importIt();
  } catch (cause) {
    throw new QueueError(
      `Scaling out needs the packages bullmq and ioredis, and ${name} cannot be loaded. Install them: npm install bullmq ioredis`,
      { cause },
    );
  }
}
