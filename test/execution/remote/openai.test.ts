import { afterEach, describe, expect, test } from "vitest";
import { EngineError, EngineUnavailableError, InvalidArgumentError } from "../../../src/errors.js";
import { openEngine } from "../../../src/execution/open-engine.js";
import { seedOfAnswer } from "../../../src/execution/remote/openai-protocol.js";
import { chat, failure, farServer, fine, options } from "./far-server.js";
import { event, lastEvents, openaiServer, textEvent, usage, whole } from "./openai-server.js";

const far = farServer();
const { answering, model, open } = far;

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
    expect(far.server.seen).toEqual([
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
    expect(far.server.state.mostActive).toBe(3);
  });

  test("as patient as the pool file says", async () => {
    answering((_, response) => response.writeHead(503).end("busy"));
    const hasty = await openEngine({ ...model(), retries: 0 });
    expect((await failure(hasty.generate(chat, options))).message).toContain("503");
    expect(far.server.seen).toHaveLength(1);
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
    expect(far.server.seen.map(({ key }) => key)).toEqual(["Bearer s3cret"]);
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
    expect(far.server.seen[0]?.asked).toMatchObject({
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
    expect(error.message).toContain(
      `Model "far" at ${far.server.endpoint}/chat/completions failed`,
    );
    expect(far.server.seen).toHaveLength(1);
  });

  test("is tried again while no text has come", async () => {
    answering((_, response) => {
      if (far.server.seen.length < 3) return response.destroy();
      return response.end(textEvent("at last") + lastEvents);
    });
    const { text } = await open().generate(chat, { ...options, onText: () => {} });
    expect([text, far.server.seen.length]).toEqual(["at last", 3]);
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
    expect(far.server.seen).toHaveLength(1);
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
