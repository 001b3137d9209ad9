// A thread of throughput.ts: says when it is ready, waits for the start, routes until its time is over.
import { parentPort, workerData } from "node:worker_threads";
import { Router } from "../router/router.js";
import type { WorkerInput } from "./throughput.js";

const { router: file, prompts, milliseconds, start } = workerData as WorkerInput;
const router = await Router.load(file);
for (const prompt of prompts) router.choose(prompt);
parentPort!.postMessage(0);
Atomics.wait(start, 0, 0);

const begin = performance.now();
let routed = 0;
let elapsed = 0;
while (elapsed < milliseconds) {
  for (const prompt of prompts) router.choose(prompt);
  routed += prompts.length;
  elapsed = performance.now() - begin;
}
parentPort!.postMessage((routed * 1000) / elapsed);
