export { type SampleOverQueueOptions, sampleOverQueue } from "./coordinator.js";
export type { RunState, WorkerState } from "./protocol.js";
export type { JobCounts } from "./queues.js";
export { type QueuedRun, type QueueStatus, queueStatus } from "./status.js";
export { type WorkOptions, work } from "./worker.js";
