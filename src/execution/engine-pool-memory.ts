import { stat } from "node:fs/promises";
import { isRemote, type PoolModel } from "./pool.js";

/** What a process takes that runs a model of next to no size: Node, llama.cpp and its buffers. */
const processBytes = 128 * 2 ** 20;
/** Weights, and a context of the default size for one prompt at a time. */
const bytesPerFileByte = 1.2;

/** Bytes that a model is taken to need in memory; 0 for a remote one. A missing file is found when it is loaded. */
export async function estimateMemory(model: PoolModel): Promise<number> {
  if (isRemote(model)) return 0;
  const size = await stat(model.file).then(
    (stats) => stats.size,
    () => 0,
  );
  return processBytes + bytesPerFileByte * size;
}
