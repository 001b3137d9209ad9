import { totalmem } from "node:os";
import { batchSizeOf } from "../llama/context-size.js";
import type { GgufInsights, Llama } from "../llama/library.js";

/** Bytes. */
export interface Memory {
  readonly ram: number;
  readonly vram: number;
}

/** What an open engine needs: weights, the cache of its sequences, and llama.cpp's working memory. */
export interface MemoryNeed {
  /** Computed by the CPU alone. */
  readonly cpu: Memory;
  /** All layers on the GPU; only where there is one. */
  readonly gpu?: Memory;
}

export interface MemoryRoom {
  readonly total: Memory;
  /** What can be had now, within the limit of a container. */
  readonly free: Memory;
}

/**
 * How a model fits: "gpu" wholly on the GPU; "split": llama.cpp computes on the CPU the layers for which VRAM is
 * short; "cpu" on a machine without a GPU; "no".
 */
export type Fit = "gpu" | "split" | "cpu" | "no";

/** Tokens. The estimate takes a second for so many, and grows in proportion from there on, as its time does. */
const mostSimulated = 2 ** 22;

/**
 * Estimate by llama.cpp itself, through node-llama-cpp's GgufInsights; nothing is loaded. The growth of a process at
 * loading is measured against it in test/execution/pool/memory.test.ts.
 * @param sequences prompts answered at once. @param contextSize tokens of each.
 */
export async function memoryNeed(
  insights: GgufInsights,
  llama: Llama,
  { sequences, contextSize }: { sequences: number; contextSize: number },
): Promise<MemoryNeed> {
  const batchSize = batchSizeOf(sequences, contextSize);
  const simulated = Math.min(contextSize, Math.ceil(mostSimulated / sequences));
  const scale = contextSize / simulated;
  const withLayers = async (gpuLayers: number): Promise<Memory> => {
    const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers });
    const context = await insights.estimateContextResourceRequirementsV2({
      modelGpuLayers: gpuLayers,
      batchSize,
      sequences,
      contextSize: simulated,
    });
    return {
      ram: weights.cpuRam + Math.round(scale * context.cpuRam),
      vram: weights.gpuVram + Math.round(scale * context.gpuVram),
    };
  };
  const cpu = await withLayers(0);
  return llama.gpu === false ? { cpu } : { cpu, gpu: await withLayers(insights.totalLayers) };
}

/** All of them loaded together. */
export function sumOfNeeds(needs: readonly MemoryNeed[]): MemoryNeed {
  const add = (a: Memory, b: Memory): Memory => ({ ram: a.ram + b.ram, vram: a.vram + b.vram });
  const none = { ram: 0, vram: 0 };
  const cpu = needs.map((need) => need.cpu).reduce(add, none);
  const gpus = needs.flatMap((need) => need.gpu ?? []);
  return gpus.length === needs.length && gpus.length > 0
    ? { cpu, gpu: gpus.reduce(add, none) }
    : { cpu };
}

export async function memoryRoom(llama: Llama): Promise<MemoryRoom> {
  const vram = llama.gpu === false ? { total: 0, free: 0 } : await llama.getVramState();
  // 0 and more than there is mean "no limit".
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return {
    total: { ram: Math.min(totalmem(), limit), vram: vram.total },
    free: { ram: Math.min(process.availableMemory(), limit), vram: vram.free },
  };
}

export function fitOf(need: MemoryNeed, { free }: MemoryRoom): Fit {
  if (need.gpu === undefined) return need.cpu.ram <= free.ram ? "cpu" : "no";
  if (need.gpu.vram <= free.vram && need.gpu.ram <= free.ram) return "gpu";
  return need.cpu.ram <= free.ram + free.vram ? "split" : "no";
}
