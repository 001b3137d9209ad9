import type { ModelLoad } from "../../types.js";
import type { Member } from "./member.js";

/** The load of members, kept in place: `refresh` writes what is so now. */
export class LoadView {
  readonly load: ModelLoad;
  readonly #members: readonly Member[];

  constructor(members: readonly Member[]) {
    const n = members.length;
    this.#members = members;
    this.load = {
      loaded: new Uint8Array(n),
      loadSeconds: new Float64Array(n),
      requestsPerLoad: new Float64Array(n),
      waiting: new Uint32Array(n),
      inFlight: new Uint32Array(n),
      sequences: Uint32Array.from(members, ({ sequences }) => sequences),
      answerSeconds: new Float64Array(n),
      tokensPerSecond: new Float64Array(n),
    };
  }

  /** @param waiting members that requests wait for, one for each request. */
  refresh(waiting: readonly Member[]): void {
    const { load } = this;
    load.waiting.fill(0);
    for (const member of waiting) {
      const index = this.#members.indexOf(member);
      if (index >= 0) load.waiting[index]!++;
    }
    for (const [index, member] of this.#members.entries()) {
      load.loaded[index] = Number(member.state === "ready");
      load.loadSeconds[index] = member.loadSeconds;
      load.requestsPerLoad[index] = member.requestsPerLoad;
      load.inFlight[index] = member.inFlight;
      load.answerSeconds[index] = member.answerSeconds;
      load.tokensPerSecond[index] = member.tokensPerSecond;
    }
  }
}
