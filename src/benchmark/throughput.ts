import { Worker } from "node:worker_threads";

export interface Throughput {
  readonly threads: number;
  /** Of all threads together. */
  readonly promptsPerSecond: number;
}

/** What a worker is given; `start` is a shared counter that lets all of them begin at once. */
export interface WorkerInput {
  readonly router: string;
  readonly prompts: readonly string[];
  readonly milliseconds: number;
  readonly start: Int32Array;
}

/**
 * Prompts routed a second by so many worker threads, each with a router of its own loaded from the file.
 * @throws whatever loading the router throws.
 */
export async function throughput(
  router: string,
  prompts: readonly string[],
  threads: number,
  milliseconds: number,
): Promise<Throughput> {
  const start = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WorkerInput = { router, prompts, milliseconds, start };
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("worker.js", import.meta.url), { workerData }),
  );
  try {
    await Promise.all(workers.map((worker) => message(worker)));
    const rates = Promise.all(workers.map((worker) => message(worker)));
    Atomics.store(start, 0, 1);
    Atomics.notify(start, 0);
    return { threads, promptsPerSecond: (await rates).reduce((a, b) => a + b, 0) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function message(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
}
