import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AbortedError, ModelFileError } from "../../../src/errors.js";
import type { LocalModel } from "../../../src/execution/pool/pool.js";
import { pullModel } from "../../../src/execution/pool/pull.js";

const model = readFileSync(join(import.meta.dirname, "../../../models/nature-chat.gguf"));
/** The model with padding behind it: several of the downloader's chunks of 5 MiB. */
const large = Buffer.concat([model, Buffer.alloc(30 * 1024 * 1024, 7)]);
const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const sha256 = hash(model);

/** Serves the large file at /large.gguf and the model elsewhere, with ranges, as a download server does. */
let server: Server;
let slow = false;
let requests: string[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  requests.push(request.url ?? "");
  if (request.url?.startsWith("/v2/")) {
    response.end(JSON.stringify({ ggufFile: { rfilename: "m.Q4_K_M.gguf" } }));
    return;
  }
  if (request.url?.startsWith("/missing")) {
    response.writeHead(404).end();
    return;
  }
  const content = request.url === "/large.gguf" ? large : model;
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
  const first = Number(range?.[1] ?? 0);
  const last = Math.min(Number(range?.[2] || content.length - 1), content.length - 1);
  response.writeHead(range === null ? 200 : 206, {
    "accept-ranges": "bytes",
    "content-length": last - first + 1,
    ...(range !== null && { "content-range": `bytes ${first}-${last}/${content.length}` }),
  });
  if (request.method === "HEAD") response.end();
  else send(response, content, first, last);
}

function send(response: ServerResponse, content: Buffer, from: number, last: number): void {
  if (response.destroyed) return;
  if (from > last) {
    response.end();
    return;
  }
  const end = Math.min(from + 128 * 1024, last + 1);
  response.write(content.subarray(from, end));
  setTimeout(send, slow ? 3 : 0, response, content, end, last);
}

beforeAll(async () => {
  server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => vi.unstubAllEnvs());

let file: string;
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const local = (more: Partial<LocalModel> = {}): LocalModel => ({
  name: "m",
  kind: "base",
  shots: 0,
  stop: [],
  sampling: { temperature: 0, topK: 0, topP: 1, maxTokens: 1 },
  source: `${origin()}/m.gguf`,
  file,
  ...more,
});
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "pointsman-pull-")), "models/m.gguf");
  slow = false;
  requests = [];
});

const largeSource = () => ({ source: `${origin()}/large.gguf` });

describe("pullModel", () => {
  test("fetches, checks, and asks nobody where the file is there", async () => {
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => {
      seen.push(done);
      expect(total).toBe(model.length);
    };
    expect(await pullModel(local({ sha256 }), { onProgress })).toEqual({
      file,
      bytes: model.length,
      sha256,
      fetched: true,
    });
    expect(readFileSync(file).equals(model)).toBe(true);
    expect(seen.at(-1)).toBe(model.length);
    requests = [];
    expect(await pullModel(local({ sha256 }))).toMatchObject({ sha256, fetched: false });
    expect(requests).toEqual([]);
  });

  test("goes on after an interruption with what it has", async () => {
    slow = true;
    const abort = new AbortController();
    const onProgress = (done: number) => {
      if (done > 0.9 * large.length) abort.abort();
    };
    await expect(
      pullModel(local(largeSource()), { signal: abort.signal, onProgress }),
    ).rejects.toThrow(AbortedError);
    expect(existsSync(file)).toBe(false);
    slow = false;
    const seen: number[] = [];
    const again = { onProgress: (done: number) => void seen.push(done) };
    expect(await pullModel(local(largeSource()), again)).toMatchObject({
      sha256: hash(large),
      fetched: true,
    });
    // Of chunks of 5 MiB, several at once, only whole ones are kept.
    expect(seen[0]).toBeGreaterThan(5 * 1024 * 1024);
  });

  test("survives a server that drops all connections", async () => {
    slow = true;
    let dropped = false;
    const onProgress = (done: number) => {
      if (dropped || done < large.length / 2) return;
      dropped = true;
      server.closeAllConnections();
    };
    expect(await pullModel(local(largeSource()), { onProgress })).toMatchObject({
      sha256: hash(large),
    });
    expect(dropped).toBe(true);
  });

  test("keeps a wrong file aside and says what it is", async () => {
    const error = await pullModel(local({ sha256: "0".repeat(64) })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelFileError);
    expect((error as Error).message).toContain(sha256);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.rejected`)).toBe(true);
  });

  test.each([
    ["hf:user/some-GGUF/m.gguf", "/user/some-GGUF/resolve/main/m.gguf?download=true"],
    ["hf:user/some-GGUF:Q4_K_M", "/user/some-GGUF/resolve/main/m.Q4_K_M.gguf?download=true"],
  ])("%s asks the hub", async (source, path) => {
    vi.stubEnv("HF_ENDPOINT", origin());
    await pullModel(local({ source }));
    expect(requests).toContain(path);
  });

  test("names what the server says, a dead line and a missing source", async () => {
    const refusal = async (more: Partial<LocalModel>) =>
      String(await pullModel(local(more)).catch((e: unknown) => e));
    expect(await refusal({ source: `${origin()}/missing/m.gguf` })).toContain("404");
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const source = `http://127.0.0.1:${port}/m.gguf`;
    expect(await refusal({ source })).toContain("ECONNREFUSED");
    const { source: _, ...without } = local();
    await expect(pullModel(without)).rejects.toThrow(/names no source/);
  });

  test("a file that is there and is another one is refused and left alone", async () => {
    await pullModel(local());
    writeFileSync(file, large);
    await expect(pullModel(local({ sha256 }))).rejects.toThrow(/the pool file says/);
    expect(readFileSync(file).equals(large)).toBe(true);
  });
});
