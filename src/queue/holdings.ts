import { ModelFileError, UnknownModelError } from "../errors.js";
import { checkModelFile } from "../execution/pool/model-file.js";
import { isRemote, type Pool, type PoolModel } from "../execution/pool/pool.js";
import {
  type Identity,
  identityOf,
  queueName,
  type RunState,
  sameIdentity,
  type WorkerState,
} from "./protocol.js";

/** Work that a run has for a model of this worker. */
export interface Offer {
  readonly model: PoolModel;
  readonly identity: Identity;
  readonly queue: string;
  /** Seconds. */
  readonly takeover: number;
}

/** The models that a worker has, and what of others' wishes they fit. */
export class Holdings {
  readonly #said = new Set<string>();

  private constructor(
    private readonly models: ReadonlyMap<string, { model: PoolModel; identity: Identity }>,
    private readonly onNote: (note: string) => void,
  ) {}

  /**
   * Reads every model file once, whole: what a worker says that it has must be what it has.
   * @param names only these. Default: all of the pool.
   * @throws UnknownModelError; ModelFileError where not one file is usable.
   */
  static async take(
    pool: Pool,
    names: readonly string[] | undefined,
    onNote: (note: string) => void,
  ): Promise<Holdings> {
    const known = pool.models.map(({ name }) => name);
    const unknown = names?.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new UnknownModelError(unknown, known);
    const models = new Map<string, { model: PoolModel; identity: Identity }>();
    for (const model of pool.models) {
      if (names?.includes(model.name) === false) continue;
      try {
        if (!isRemote(model)) await checkModelFile(model.file, model.sha256);
        models.set(model.name, { model, identity: await identityOf(model) });
      } catch (error) {
        if (!(error instanceof ModelFileError)) throw error;
        onNote(`without ${model.name}: ${error.message}`);
      }
    }
    if (models.size === 0)
      throw new ModelFileError("This worker has not one model that it could run.");
    return new Holdings(models, onNote);
  }

  get announced(): WorkerState["models"] {
    return [...this.models].map(([name, { identity }]) => ({ name, identity }));
  }

  /** What runs want of the models here. A run that wants another file or context of one is refused, once aloud. */
  offers(runs: ReadonlyMap<string, RunState | undefined>): Offer[] {
    const offers: Offer[] = [];
    for (const [run, state] of runs) {
      for (const { name, identity } of state?.models ?? []) {
        const own = this.models.get(name);
        if (own === undefined) continue;
        if (sameIdentity(own.identity, identity)) {
          const { takeover } = state!;
          offers.push({ model: own.model, identity, queue: queueName(run, name), takeover });
        } else this.#refuse(run, name, own.identity, identity);
      }
    }
    return offers;
  }

  #refuse(run: string, name: string, own: Identity, wanted: Identity): void {
    if (this.#said.has(`${run} ${name}`)) return;
    this.#said.add(`${run} ${name}`);
    const differences = (Object.keys(own) as (keyof Identity)[])
      .filter((field) => own[field] !== wanted[field])
      .map((field) => `${field} ${own[field]} here, ${wanted[field]} there`);
    this.onNote(`takes no jobs of model "${name}" of run ${run}: ${differences.join("; ")}`);
  }
}
