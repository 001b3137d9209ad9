import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AbortedError, EngineError } from "../../src/errors.js";
import { LlamaEncoder } from "../../src/execution/llama/encoder.js";
import { HttpEncoder } from "../../src/execution/remote/http-encoder.js";

const model = join(import.meta.dirname, "../../models/general-chat.gguf");

describe("LlamaEncoder on a real model", () => {
  test("gives each text its own vector, the same one each time", async () => {
    await using encoder = await LlamaEncoder.load(model, { gpu: false });
    const seen: number[] = [];
    const texts = ["What is 2 + 2?", "Who wrote Faust?", "What is 2 + 2?"];
    const vectors = await encoder.encode(texts, { onProgress: (done) => seen.push(done) });
    const width = vectors.length / texts.length;
    const row = (i: number) => [...vectors.subarray(i * width, (i + 1) * width)];
    expect(Number.isInteger(width) && width >= 16).toBe(true);
    expect(vectors.every(Number.isFinite)).toBe(true);
    expect(row(0)).toEqual(row(2));
    expect(row(0)).not.toEqual(row(1));
    expect(seen).toEqual([1, 2, 3]);
    expect(encoder.name).toMatch(/^gguf:[0-9a-f]{64}$/);
  });

  test("cuts what does not fit, takes the empty text, stops when asked to, and ends", async () => {
    const encoder = await LlamaEncoder.load(model, { gpu: false, contextSize: 64 });
    const vectors = await encoder.encode(["word ".repeat(5000), ""]);
    expect(vectors.every(Number.isFinite)).toBe(true);
    const signal = AbortSignal.abort();
    await expect(encoder.encode(["a"], { signal })).rejects.toThrow(AbortedError);
    await encoder[Symbol.asyncDispose]();
    await expect(encoder.encode(["a"])).rejects.toThrow(/was disposed/);
  });
});

describe("HttpEncoder against a real server", () => {
  let answer: (body: string, response: ServerResponse) => void;
  let asked: { url: string | undefined; key: string | undefined; input: string[] }[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { input } = JSON.parse(body) as { input: string[] };
    asked.push({ url: request.url, key: request.headers.authorization, input });
    answer(body, response);
  });
  let baseUrl = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const lengths = (body: string, response: ServerResponse) => {
    const { input } = JSON.parse(body) as { input: string[] };
    const data = input.map((text, index) => ({ index, embedding: [text.length, index] }));
    // The order of the answers is not promised.
    response.end(JSON.stringify({ data: data.reverse() }));
  };
  const reply = (text: string, status = 200) => {
    answer = (_, response) => response.writeHead(status).end(text);
  };

  test("asks in batches and keeps the order of the texts", async () => {
    answer = lengths;
    asked = [];
    const encoder = new HttpEncoder({ baseUrl, model: "m", apiKey: "key", batchSize: 2 });
    const vectors = await encoder.encode(["a", "bb", "ccc"]);
    expect([...vectors]).toEqual([1, 0, 2, 1, 3, 0]);
    expect(asked).toEqual([
      { url: "/v1/embeddings", key: "Bearer key", input: ["a", "bb"] },
      { url: "/v1/embeddings", key: "Bearer key", input: ["ccc"] },
    ]);
  });

  test.each([
    ["no such model", 404, /status 404: no such model/],
    ["<html>", 200, /not JSON/],
    ['{"data":[]}', 200, /no vector for text 0/],
    ['{"data":[{"index":0,"embedding":["x"]}]}', 200, /failed: .*expected number/s],
    ['{"data":[{"index":0,"embedding":[1]},{"index":7,"embedding":[1]}]}', 200, /8 vectors for 1/],
  ])("refuses the answer %j", async (text, status, words) => {
    reply(text, status);
    const failed = new HttpEncoder({ baseUrl, model: "m" }).encode(["a"]);
    await expect(failed).rejects.toThrow(EngineError);
    await expect(failed).rejects.toThrow(words);
  });

  test("vectors of two lengths, silence, an abort and a dead server are told apart", async () => {
    reply('{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}');
    const encoder = new HttpEncoder({ baseUrl, model: "m", timeout: 200 });
    await expect(encoder.encode(["a", "b"])).rejects.toThrow(/vectors of 1 and of 2 numbers/);
    answer = () => {};
    await expect(encoder.encode(["a"])).rejects.toThrow(/no answer within 200 ms/);
    const signal = AbortSignal.timeout(20);
    await expect(encoder.encode(["a"], { signal })).rejects.toThrow(AbortedError);
    const dead = new HttpEncoder({ baseUrl: "http://127.0.0.1:9/v1", model: "m" });
    await expect(dead.encode(["a"])).rejects.toThrow(EngineError);
  });

  test("refuses an address that is none", () => {
    expect(() => new HttpEncoder({ baseUrl: "file:///etc", model: "m" })).toThrow(/baseUrl/);
  });
});
