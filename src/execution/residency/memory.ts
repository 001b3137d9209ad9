import { isRemote, type PoolModel } from "../pool/pool.js";
import { EngineProcess } from "./process.js";
import type { Spares } from "./spares.js";

/** Header and arithmetic only, but a disk may have to wake up. */
const measureSeconds = 60;

/**
 * Bytes that each model needs: of video memory where it runs on a GPU, else of main memory; 0 for a remote one and for a
 * missing file, which is found when it is loaded. llama.cpp estimates them in a process of its own, which is then spare
 * for the first model.
 * @throws EngineUnavailableError, EngineError
 */
export async function measureMemory(
  models: readonly PoolModel[],
  sequences: number,
  spares: Spares,
): Promise<number[]> {
  if (models.every(isRemote)) return models.map(() => 0);
  const process = new EngineProcess();
  try {
    const bytes: number[] = [];
    for (const model of models) {
      process.model = model.name;
      if (isRemote(model)) bytes.push(0);
      else
        bytes.push(await process.ask({ measure: model, sequences }, { seconds: measureSeconds }));
    }
    spares.give(process);
    return bytes;
  } catch (error) {
    await process.kill();
    throw error;
  }
}
