// A peer in a process of its own: it prints a line of facts when it is ready, then answers each line with a line.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { blasKernel } from "./machine.mjs";

/** The peer cannot run here; the message says why in a line. */
export class MissingPeerError extends Error {}

export class Child {
  #process;
  #lines;
  #errors = "";
  /** What the peer said of itself. */
  facts;

  /** @throws MissingPeerError if it ends before it is ready. */
  static async start(command, args) {
    const child = new Child(command, args);
    child.facts = JSON.parse(await child.#next());
    return child;
  }

  constructor(command, args) {
    // One thread and the best BLAS kernel: Debian's OpenBLAS does not know newer processors and would fall back to SSE3.
    const env = {
      ...process.env,
      OPENBLAS_NUM_THREADS: "1",
      OMP_NUM_THREADS: "1",
      OPENBLAS_CORETYPE: blasKernel(),
    };
    this.#process = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#errors = error.message;
    });
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.on("data", (bytes) => {
      this.#errors = `${this.#errors}${bytes}`.slice(-4000);
    });
    const input = createInterface({ input: this.#process.stdout });
    this.#lines = input[Symbol.asyncIterator]();
  }

  /** Sends a line. @returns the line that comes back. */
  ask(line) {
    this.#process.stdin.write(`${line}\n`);
    return this.#next();
  }

  end() {
    this.#process.stdin.end();
  }

  async #next() {
    const { done, value } = await this.#lines.next();
    if (!done) return value;
    throw new MissingPeerError(this.#errors.trim().split("\n").at(-1) || "it ended without a word");
  }
}
