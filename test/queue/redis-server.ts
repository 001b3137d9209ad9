import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** A real Redis on a loopback port of its own, which can be killed and started again. */
export class RedisServer implements AsyncDisposable {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly directory: string,
    private readonly password: string | undefined,
  ) {}

  static async start(options: { keeps: boolean; password?: string }): Promise<RedisServer> {
    const directory = mkdtempSync(join(tmpdir(), "pointsman-redis-"));
    const server = new RedisServer(await freePort(), directory, options.password);
    await server.start(options);
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** @param keeps whether what it holds outlives it. */
  async start({ keeps }: { keeps: boolean }): Promise<void> {
    const args = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.directory];
    args.push("--save", "", "--appendonly", keeps ? "yes" : "no", "--appendfsync", "always");
    if (this.password !== undefined) args.push("--requirepass", this.password);
    this.#child = spawn("redis-server", args, { stdio: "ignore" });
    const client = new Redis(this.port, "127.0.0.1", {
      ...(this.password !== undefined && { password: this.password }),
      retryStrategy: () => 20,
    });
    client.on("error", () => {});
    await client.ping();
    client.disconnect();
  }

  /** As a power loss would. */
  async kill(): Promise<void> {
    const ended = once(this.#child!, "exit");
    this.#child!.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
