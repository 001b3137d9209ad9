import type { Place } from "./line.js";

/** What a schedule needs to know of a model. */
export interface Standing {
  /** "closing": evicted, its memory not free yet. */
  readonly state: "absent" | "loading" | "ready" | "closing";
  readonly bytes: number;
  readonly pinned: boolean;
  readonly inFlight: number;
  /** Requests that it answers at once. */
  readonly sequences: number;
  readonly loadSeconds: number;
  /** Share of the latest requests that were for it. */
  readonly use: number;
}

/** What is to be done now. */
export interface Steps<T> {
  readonly begin: Place<T>[];
  readonly load: T[];
  readonly evict: T[];
}

/**
 * Who begins, what is loaded and what is evicted. Requests are looked at in their order; one whose model is not in
 * memory makes room by evicting, but never a model that is answering: that one gets no new requests until it is done.
 *
 * While a model waits for room, requests for the models in memory may overtake it if they came at most as much later
 * as the load takes: the rule of ski rental, wait as long as waiting has cost less than the swap (Karlin et al.,
 * "Competitive snoopy caching", 1988).
 * @param waiting in their order.
 * @param memory bytes that all models may take together.
 */
export function schedule<T extends Standing>(
  waiting: Iterable<Place<T>>,
  models: Iterable<T>,
  memory: number,
): Steps<T> {
  const places = [...waiting];
  const all = [...models];
  const steps: Steps<T> = { begin: [], load: [], evict: [] };
  const begun = new Map<T, number>();
  const claimed = new Set<T>();
  const busy = (model: T) => model.inFlight + (begun.get(model) ?? 0);
  /** Free now, and free when the evicted models are gone; less what is promised to requests in front. */
  let room = memory - sum(all.filter(({ state }) => state !== "absent"));
  let ahead = room + sum(all.filter(({ state }) => state === "closing"));
  /** The models that must give way, and up to where in the line they still take requests. */
  let leaving: readonly T[] = [];
  let last = Number.POSITIVE_INFINITY;
  let isBlocked = false;

  for (const place of places) {
    const { model, key } = place;
    if (model.state === "ready" && !steps.evict.includes(model)) {
      const mayEnter = key <= last || !leaving.includes(model);
      if (!mayEnter || busy(model) >= model.sequences) continue;
      begun.set(model, (begun.get(model) ?? 0) + 1);
      steps.begin.push(place);
      continue;
    }
    const mustWait = isBlocked && model.bytes > 0;
    if (model.state !== "absent" || claimed.has(model) || mustWait) continue;
    claimed.add(model);
    if (model.bytes > ahead) {
      last = key + model.loadSeconds;
      const wanted = new Set(places.filter((p) => p.key <= last).map((p) => p.model));
      const isBusy = (other: T) => busy(other) > 0 || wanted.has(other);
      const open = all.filter((m) => isEvictable(m) && !steps.evict.includes(m));
      const idle = open.filter((other) => !isBusy(other));
      const chosen =
        victims(idle, model.bytes - ahead) ?? victims(open, model.bytes - ahead) ?? open;
      if (chosen.some(isBusy) || sum(chosen) < model.bytes - ahead) {
        leaving = chosen;
        isBlocked = true;
        continue;
      }
      steps.evict.push(...chosen);
      ahead += sum(chosen);
    }
    ahead -= model.bytes;
    if (model.bytes > room) continue;
    room -= model.bytes;
    steps.load.push(model);
  }
  return steps;
}

/**
 * Which models to evict for so many bytes: those whose eviction costs least in seconds of loading to be expected, use *
 * load seconds, for each byte that it frees (cost-aware LFU: greedy dual size frequency, Cherkasova 1998, with a
 * decaying frequency in place of its clock). None that the others make needless. Equal ones in the order given.
 * @returns undefined where all together do not free enough.
 */
export function victims<T extends Pick<Standing, "bytes" | "use" | "loadSeconds">>(
  models: readonly T[],
  bytes: number,
): T[] | undefined {
  const worth = (model: T) => (model.use * model.loadSeconds) / model.bytes;
  const chosen: T[] = [];
  let freed = 0;
  for (const model of [...models].sort((a, b) => worth(a) - worth(b))) {
    if (freed >= bytes) break;
    chosen.push(model);
    freed += model.bytes;
  }
  if (freed < bytes) return undefined;
  for (const model of [...chosen].reverse()) {
    if (freed - model.bytes < bytes) continue;
    chosen.splice(chosen.indexOf(model), 1);
    freed -= model.bytes;
  }
  return chosen;
}

function isEvictable({ state, pinned, bytes }: Standing): boolean {
  return state === "ready" && !pinned && bytes > 0;
}

function sum(models: readonly Pick<Standing, "bytes">[]): number {
  return models.reduce((total, { bytes }) => total + bytes, 0);
}
