import { describe, expect, test } from "vitest";
import { AbortedError, EngineError } from "../../../src/errors.js";
import type { OpenAIEngineOptions } from "../../../src/execution/remote/openai.js";
import { seedOfAnswer } from "../../../src/execution/remote/openai-protocol.js";
import { chat, failure, farServer, fine, options } from "./far-server.js";
import { type Answering, textEvent } from "./openai-server.js";

const far = farServer();
const { answering, open } = far;

describe("failures that pass", () => {
  test.each([429, 500, 503, 408])("status %i is tried again", async (status) => {
    answering((asked, response, request) => {
      if (far.server.seen.length <= 2) response.writeHead(status).end("not now");
      else fine(asked, response, request);
    });
    await open().generate(chat, options);
    expect(far.server.seen).toHaveLength(3);
  });

  test.each<[number, RegExp]>([
    [400, /status 400: no, no\. Check that the endpoint is OpenAI-compatible/],
    [403, /status 403: no, no\. Name the environment variable/],
    [404, /status 404: no, no\. Check endpoint and model/],
  ])("status %i is not", async (status, words) => {
    answering((_, response) => response.writeHead(status).end("no,\n\n no"));
    const error = await failure(open().generate(chat, options));
    expect(error.message).toMatch(words);
    expect(far.server.seen).toHaveLength(1);
  });

  test("retries are bounded", async () => {
    answering((_, response) => response.writeHead(429).end("too many"));
    const error = await failure(open({ retries: 2 }).generate(chat, options));
    expect(error.message).toMatch(/status 429: too many\. Ask fewer prompts at once/);
    expect(far.server.seen).toHaveLength(3);
  });

  test("Retry-After is waited for", async () => {
    answering((asked, response, request) => {
      if (far.server.seen.length === 1) response.writeHead(429, { "retry-after": "1" }).end();
      else fine(asked, response, request);
    });
    const begin = performance.now();
    const { seconds } = await open().generate(chat, options);
    // The time of the answer is without the waiting.
    expect(performance.now() - begin - 1000 * seconds).toBeGreaterThan(990);
  });

  test("a server that is down is left alone, and asked again when the circuit closes", async () => {
    answering((_, response) => response.writeHead(500).end("on fire"));
    const engine = open({ retries: 0, openFor: 1000 });
    for (let i = 0; i < 5; i++) await failure(engine.generate(chat, options));
    const error = await failure(engine.generate(chat, options));
    expect(error.message).toMatch(/5 failures in a row nothing is sent for 1000 ms.*500: on fire/);
    expect(far.server.seen).toHaveLength(5);
    answering(fine);
    await new Promise((resolve) => setTimeout(resolve, 1020));
    await engine.generate(chat, options);
    expect(far.server.seen).toHaveLength(6);
  });

  test("retries outlive an open circuit", async () => {
    answering((asked, response, request) => {
      if (far.server.seen.length <= 6) response.writeHead(500).end();
      else fine(asked, response, request);
    });
    const engine = open({ retries: 12, retryDelay: 30, openFor: 60 });
    const { text } = await engine.generate(chat, options);
    expect(text).toMatch(/^seed/);
  });

  test("nobody there", async () => {
    const engine = open({ retries: 1 }, { endpoint: "http://127.0.0.1:9/v1" });
    const error = await failure(engine.generate(chat, options));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toMatch(/127\.0\.0\.1:9\/v1.* failed: .*\. Check that the server runs/);
  });
});

describe("time and end", () => {
  const silent: Answering = () => {};

  test.each<[string, OpenAIEngineOptions["limits"] & object, Answering, RegExp]>([
    ["no answer begins", { firstByte: 60 }, silent, /no answer began within 60 ms/],
    ["it takes too long", { total: 60 }, silent, /no answer within 60 ms/],
    [
      "it pauses",
      { silence: 60 },
      (_, response) => response.write(textEvent("a")),
      /paused for more than 60 ms/,
    ],
  ])("%s", async (_, limits, answer, words) => {
    answering(answer);
    const error = await failure(
      open({ retries: 0, limits }).generate(chat, { ...options, onText: () => {} }),
    );
    expect(error.message).toMatch(words);
  });

  test("an abort ends requests, waiting requests and pauses between attempts at once", async () => {
    for (const answer of [
      silent,
      ((_, response) => response.writeHead(429, { "retry-after": "30" }).end()) satisfies Answering,
    ]) {
      answering(answer);
      const engine = open({ concurrency: 2 });
      const begin = performance.now();
      const stop = new AbortController();
      const asked = engine.sample(chat, 40, { ...options, signal: stop.signal });
      setTimeout(() => stop.abort(), 60);
      expect(await failure(asked)).toBeInstanceOf(AbortedError);
      expect(performance.now() - begin).toBeLessThan(5000);
    }
    // The server sees its clients go.
    await expect.poll(() => far.server.state.active, { timeout: 10_000 }).toBe(0);
  });

  test("aborts do not count against the server", async () => {
    answering(silent);
    const engine = open({ retries: 0 });
    for (let i = 0; i < 6; i++) {
      const call = engine.generate(chat, { ...options, signal: AbortSignal.timeout(10) });
      expect(await failure(call)).toBeInstanceOf(AbortedError);
    }
    answering(fine);
    await engine.generate(chat, options);
  });

  test("a disposed engine breaks off and answers no more", async () => {
    answering(silent);
    const engine = open();
    const asked = failure(engine.sample(chat, 3, options));
    await expect.poll(() => far.server.state.active, { timeout: 10_000 }).toBe(1);
    await engine[Symbol.asyncDispose]();
    expect((await asked).message).toMatch(/"far" was disposed/);
    const later = await failure(engine.generate(chat, options));
    expect(later).toBeInstanceOf(EngineError);
    expect(later.message).toMatch(/was disposed/);
    await engine[Symbol.asyncDispose]();
  });

  test("one answer that fails ends the others of its call", async () => {
    answering(({ seed }, response) => {
      if (seed === seedOfAnswer(1, 1)) response.writeHead(400).end("no");
    });
    const error = await failure(open({ concurrency: 3 }).sample(chat, 3, options));
    expect(error.message).toContain("status 400");
    await expect.poll(() => far.server.state.active, { timeout: 10_000 }).toBe(0);
  });
});
