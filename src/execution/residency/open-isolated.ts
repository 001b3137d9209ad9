import type { Engine } from "../engine.js";
import { openEngine } from "../open-engine.js";
import { isRemote, type PoolModel } from "../pool/pool.js";
import { ChildEngine, type ChildRoom } from "./child-engine.js";

export interface PoolEngine extends Engine {
  /** Resolves when the engine ends by itself. */
  readonly ended?: Promise<void>;
  /** What loading this model again would take; default: what opening it took. */
  readonly loadSeconds?: number;
}

/** A local model in a process of its own; a remote one needs none. @throws as ChildEngine.open and openEngine. */
export function openIsolated(model: PoolModel, room: ChildRoom): Promise<PoolEngine> {
  return isRemote(model) ? openEngine(model, room) : ChildEngine.open(model, room);
}
