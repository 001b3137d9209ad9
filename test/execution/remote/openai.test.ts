import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  AbortedError,
  EngineError,
  EngineUnavailableError,
  InvalidArgumentError,
} from "../../../src/errors.js";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import { openEngine } from "../../../src/execution/open-engine.js";
import type { RemoteModel } from "../../../src/execution/pool/pool.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../src/execution/remote/openai.js";
import { seedOfAnswer } from "../../../src/execution/remote/openai-protocol.js";
import {
  type Answering,
  event,
  lastEvents,
  openaiServer,
  textEvent,
  usage,
  whole,
} from "./openai-server.js";

const options: GenerateOptions = {
  temperature: 0.7,
  topK: 0,
  topP: 0.9,
  maxTokens: 5,
  stop: ["\n"],
  seed: 1,
};
const chat = [{ role: "user" as const, content: "hello" }];
const fine: Answering = ({ seed }, response) => response.end(whole(`seed ${seed}`));

let server: Awaited<ReturnType<typeof openaiServer>>;
beforeAll(async () => {
  server = await openaiServer(fine);
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.state.mostActive = 0;
});

const model = (more: Partial<RemoteModel> = {}): RemoteModel => ({
  name: "far",
  endpoint: server.endpoint,
  model: "org/far-7b",
  kind: "chat",
  shots: 0,
  stop: [],
  sampling: options,
  ...more,
});
const open = (more: OpenAIEngineOptions = {}, of: Partial<RemoteModel> = {}) =>
  new OpenAIEngine(model(of), { retryDelay: 5, openFor: 100, ...more });
const answering = (answer: Answering) => {
  server.state.answer = answer;
};
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("it should have failed"),
    (error: Error) => error,
  );

describe("what is asked", () => {
  test("texts are completed and messages answered, with llama.cpp's settings under OpenAI's names", async () => {
    answering(fine);
    const engine = open();
    const answer = await engine.generate("once", options);
    expect(answer).toEqual({
      text: `seed ${seedOfAnswer(1, 0)}`,
      promptTokens: 3,
      completionTokens: 2,
      finishReason: "stop",
      seconds: expect.any(Number),
    });
    await engine.generate(chat, { ...options, topK: 7, stop: [] });
    const settings = { model: "org/far-7b", temperature: 0.7, top_p: 0.9, min_p: 0, max_tokens: 5 };
    const seed = seedOfAnswer(1, 0);
    expect(server.seen).toEqual([
      {
        path: "/v1/completions",
        key: undefined,
        asked: { ...settings, prompt: "once", top_k: -1, stop: ["\n"], seed },
      },
      {
        path: "/v1/chat/completions",
        key: undefined,
        asked: { ...settings, messages: chat, top_k: 7, seed },
      },
    ]);
  });

  test("answer i depends on the seed and on i alone", async () => {
    answering(fine);
    const engine = open({ concurrency: 4 });
    const all = (await engine.sample(chat, 6, options)).map(({ text }) => text);
    const later = await engine.sample(chat, 3, { ...options, first: 3 });
    expect(new Set(all).size).toBe(6);
    expect(later.map(({ text }) => text)).toEqual(all.slice(3));
  });

  test("no more requests at once than the room allows", async () => {
    answering((_, response) => setTimeout(() => response.end(whole("late")), 20));
    const engine = await openEngine(model(), { sequences: 3 });
    await Promise.all([engine.sample(chat, 8, options), engine.sample(chat, 8, options)]);
    expect(server.state.mostActive).toBe(3);
  });

  test("as patient as the pool file says", async () => {
    answering((_, response) => response.writeHead(503).end("busy"));
    const hasty = await openEngine({ ...model(), retries: 0 });
    expect((await failure(hasty.generate(chat, options))).message).toContain("503");
    expect(server.seen).toHaveLength(1);
    answering(() => {});
    const short = await openEngine({ ...model(), retries: 0, timeoutSeconds: 0.05 });
    await expect(short.generate(chat, options)).rejects.toThrow(EngineError);
  });
});

describe("the key", () => {
  const variable = "POINTSMAN_TEST_KEY";
  afterEach(() => {
    delete process.env[variable];
  });

  test("comes from the environment and never shows", async () => {
    process.env[variable] = "s3cret";
    answering((_, response, { headers }) =>
      response.writeHead(401).end(`bad key ${headers.authorization}`),
    );
    const error = await failure(open({}, { apiKeyEnv: variable }).generate(chat, options));
    expect(server.seen.map(({ key }) => key)).toEqual(["Bearer s3cret"]);
    expect(error.message).toMatch(/status 401: bad key Bearer <key>\. Check .* POINTSMAN_TEST_KEY/);
    expect(error.message).not.toContain("s3cret");
  });

  test.each([undefined, "", "two\nlines"])("%j is refused by the name of its variable", (key) => {
    if (key !== undefined) process.env[variable] = key;
    expect(() => open({}, { apiKeyEnv: variable })).toThrow(EngineUnavailableError);
    expect(() => open({}, { apiKeyEnv: variable })).toThrow(variable);
  });

  test("does not follow a redirect", async () => {
    process.env[variable] = "s3cret";
    const other = await openaiServer(fine);
    answering((_, response) => response.writeHead(307, { location: other.endpoint }).end());
    const error = await failure(open({}, { apiKeyEnv: variable }).generate(chat, options));
    expect(error.message).toContain("status 307: it redirects, which is not followed");
    expect(other.seen).toEqual([]);
    other.close();
  });

  test.each([
    ["file:///etc/passwd", "an http or https address"],
    ["http://user:s3cret@127.0.0.1/v1", "holds a user name or password"],
  ])("does not belong into the endpoint %s", (endpoint, words) => {
    const opening = () => open({}, { endpoint });
    expect(opening).toThrow(InvalidArgumentError);
    expect(opening).toThrow(words);
    expect(opening).not.toThrow("s3cret");
  });
});

describe("a streamed answer", () => {
  test("comes in pieces that add up to its text", async () => {
    answering((_, response) => {
      const bytes = Buffer.from(textEvent("Grüße, ") + textEvent("Jürgen 🙂") + lastEvents);
      // Cut in the middle of characters.
      for (let i = 0; i < bytes.length; i += 7) response.write(bytes.subarray(i, i + 7));
      response.end();
    });
    const pieces: string[] = [];
    const onText = (piece: string) => pieces.push(piece);
    const { text, completionTokens } = await open().generate(chat, { ...options, onText });
    expect(pieces).toEqual(["Grüße, ", "Jürgen 🙂"]);
    expect(text).toBe("Grüße, Jürgen 🙂");
    expect(completionTokens).toBe(2);
    expect(server.seen[0]?.asked).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.each<[string, string[], boolean, RegExp]>([
    ["is cut", [textEvent("a")], true, /terminated|other side closed|aborted/],
    ["ends too early", [textEvent("a")], false, /ends before the model's does/],
    ["has no usage", [event({ choices: [{ text: "a", finish_reason: "stop" }] })], false, /usage/],
    ["is no JSON", ["data: {oops\n\n"], false, /event of its answer is not JSON: \{oops/],
    ["is no answer", [event({ choices: 7 })], false, /not OpenAI's: choices .*expected array/],
    ["gives up", [event({ error: { message: "out of memory" } })], false, /gave up: .*memory/],
    ["is plain text", ["hello"], false, /ends before the model's does/],
  ])("that %s is an error that names the place", async (_, parts, cut, words) => {
    answering((_, response) => {
      for (const part of parts) response.write(part);
      if (cut) setTimeout(() => response.destroy(), 200);
      else response.end();
    });
    const error = await failure(open().generate(chat, { ...options, onText: () => {} }));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toMatch(words);
    expect(error.message).toContain(`Model "far" at ${server.endpoint}/chat/completions failed`);
    expect(server.seen).toHaveLength(1);
  });

  test("is tried again while no text has come", async () => {
    answering((_, response) => {
      if (server.seen.length < 3) return response.destroy();
      return response.end(textEvent("at last") + lastEvents);
    });
    const { text } = await open().generate(chat, { ...options, onText: () => {} });
    expect([text, server.seen.length]).toEqual(["at last", 3]);
  });
});

describe("an answer of no use", () => {
  test.each<[string, string, RegExp]>([
    ["no JSON", "<html>\u0007 busy</html>", /not JSON: <html> busy<\/html>\. Check/],
    ["no choices", '{"choices":[]}', /ends before the model's does/],
    ["no usage", '{"choices":[{"text":"a","finish_reason":"stop"}]}', /does not count tokens/],
    ["a filter", '{"choices":[{"text":"a","finish_reason":"content_filter"}]}', /content_filter/],
    ["an error", '{"error":"no such model"}', /gave up: "no such model"/],
    ["negative tokens", whole("a", { usage: { ...usage, prompt_tokens: -1 } }), /prompt_tokens/],
  ])("%s", async (_, body, words) => {
    answering((_, response) => response.end(body));
    const error = await failure(open().generate(chat, options));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toMatch(words);
    expect(server.seen).toHaveLength(1);
  });

  test("without end is broken off", async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    let sent = 0;
    answering((_, response) => {
      const more = () => {
        while (!response.destroyed && sent < 300) {
          sent++;
          if (!response.write(chunk)) return response.once("drain", more);
        }
        return response;
      };
      more();
    });
    const error = await failure(open().generate(chat, options));
    expect(error.message).toContain("more than 67108864 bytes");
    expect(sent).toBeLessThan(120);
  });

  test("reasoning that used up all tokens leaves an empty text", async () => {
    answering((_, response) =>
      response.end(
        JSON.stringify({
          choices: [{ message: { content: null }, finish_reason: "length" }],
          usage,
        }),
      ),
    );
    const { text, finishReason } = await open().generate(chat, options);
    expect([text, finishReason]).toEqual(["", "length"]);
  });
});

describe("failures that pass", () => {
  test.each([429, 500, 503, 408])("status %i is tried again", async (status) => {
    answering((asked, response, request) => {
      if (server.seen.length <= 2) response.writeHead(status).end("not now");
      else fine(asked, response, request);
    });
    await open().generate(chat, options);
    expect(server.seen).toHaveLength(3);
  });

  test.each<[number, RegExp]>([
    [400, /status 400: no, no\. Check that the endpoint is OpenAI-compatible/],
    [403, /status 403: no, no\. Name the environment variable/],
    [404, /status 404: no, no\. Check endpoint and model/],
  ])("status %i is not", async (status, words) => {
    answering((_, response) => response.writeHead(status).end("no,\n\n no"));
    const error = await failure(open().generate(chat, options));
    expect(error.message).toMatch(words);
    expect(server.seen).toHaveLength(1);
  });

  test("retries are bounded", async () => {
    answering((_, response) => response.writeHead(429).end("too many"));
    const error = await failure(open({ retries: 2 }).generate(chat, options));
    expect(error.message).toMatch(/status 429: too many\. Ask fewer prompts at once/);
    expect(server.seen).toHaveLength(3);
  });

  test("Retry-After is waited for", async () => {
    answering((asked, response, request) => {
      if (server.seen.length === 1) response.writeHead(429, { "retry-after": "1" }).end();
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
    expect(server.seen).toHaveLength(5);
    answering(fine);
    await new Promise((resolve) => setTimeout(resolve, 1020));
    await engine.generate(chat, options);
    expect(server.seen).toHaveLength(6);
  });

  test("retries outlive an open circuit", async () => {
    answering((asked, response, request) => {
      if (server.seen.length <= 6) response.writeHead(500).end();
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
    await expect.poll(() => server.state.active, { timeout: 10_000 }).toBe(0);
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
    await expect.poll(() => server.state.active, { timeout: 10_000 }).toBe(1);
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
    await expect.poll(() => server.state.active, { timeout: 10_000 }).toBe(0);
  });
});
