// Finding peers: each may be missing, and is then skipped by name.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Child, MissingPeerError } from "./child.mjs";

const bench = join(import.meta.dirname, "..");
const root = join(bench, "..");
const require = createRequire(join(bench, "peers", "package.json"));

/** Starts one of bench/python. Debian's packages belong to Debian's interpreter. */
export function python(script, ...args) {
  return Child.start("/usr/bin/python3", [join(bench, "python", script), ...args]);
}

/** Starts one of bench/native. */
export function program(name, ...args) {
  return Child.start(join(root, "build-bench", "bench", "native", `bench_${name}`), args);
}

/** Imports an npm peer. @throws MissingPeerError */
export async function npmPeer(name) {
  let path;
  try {
    path = require.resolve(name);
  } catch {
    throw new MissingPeerError("not installed; run bench/peers.sh");
  }
  const module = await import(pathToFileURL(path));
  return module.default ?? module;
}

/** Those peers that can take part; why the others cannot goes to `skipped`. */
export class Peers {
  skipped = [];
  #children = [];

  /** @param start what makes the peer. @returns undefined if it is missing. */
  async invite(name, start) {
    try {
      const peer = await start();
      if (peer instanceof Child) this.#children.push(peer);
      return peer;
    } catch (error) {
      if (!(error instanceof MissingPeerError)) throw error;
      this.skipped.push({ name, reason: error.message });
      return undefined;
    }
  }

  end() {
    for (const child of this.#children) child.end();
  }
}
