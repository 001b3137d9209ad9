import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, GenerateOptions, Prompt } from "../../../src/execution/engine.js";
import { LlamaEngine } from "../../../src/execution/llama/engine.js";
import {
  isRemote,
  type LocalModel,
  loadPool,
  type RemoteModel,
} from "../../../src/execution/pool/pool.js";
import { renderPrompt } from "../../../src/execution/prompt.js";
import { OpenAIEngine } from "../../../src/execution/remote/openai.js";
import { seedOfAnswer } from "../../../src/execution/remote/openai-protocol.js";
import { samplePool } from "../../../src/sampling/sampler.js";
import { question } from "../../sampling/fixtures.js";
import { type Answering, event, openaiServer } from "./openai-server.js";

const pool = await loadPool(join(import.meta.dirname, "../../../models/pool.json"));
const local = pool.models.filter((model): model is LocalModel => !isRemote(model));
const models = ["sums-base", "letters-chat"].map((name) => local.find((m) => m.name === name)!);

/** Answers over HTTP with real models; `top_k` and `stop` mean what they do in llama.cpp's server. */
function serving(engines: ReadonlyMap<string, Engine>): Answering {
  return async (asked, response) => {
    const options: GenerateOptions = {
      temperature: asked.temperature as number,
      topK: Math.max(0, asked.top_k as number),
      topP: asked.top_p as number,
      maxTokens: asked.max_tokens as number,
      stop: (asked.stop as string[] | undefined) ?? [],
      seed: asked.seed,
      ...(asked.stream && {
        onText: (content) => response.write(event({ choices: [{ text: content }] })),
      }),
    };
    const prompt = asked.prompt ?? asked.messages!;
    const answer = await engines.get(asked.model)!.generate(prompt, options);
    const usage = {
      prompt_tokens: answer.promptTokens,
      completion_tokens: answer.completionTokens,
    };
    const last = { finish_reason: answer.finishReason };
    if (asked.stream) {
      response.write(event({ choices: [{ text: "", ...last }], usage: null }));
      response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
    } else {
      const message = { role: "assistant", content: answer.text };
      const choice = asked.prompt === undefined ? { message } : { text: answer.text };
      response.end(JSON.stringify({ choices: [{ ...choice, ...last }], usage }));
    }
  };
}

describe("models behind HTTP and the same in this process", () => {
  const engines = new Map<string, LlamaEngine>();
  let server: Awaited<ReturnType<typeof openaiServer>>;
  beforeAll(async () => {
    for (const model of models)
      engines.set(model.name, await LlamaEngine.load(model, { gpu: false, sequences: 2 }));
    server = await openaiServer(serving(engines));
  });
  afterAll(async () => {
    server.close();
    for (const engine of engines.values()) await engine[Symbol.asyncDispose]();
  });
  const remote = ({ file: _, sha256: __, ...model }: LocalModel): RemoteModel => ({
    ...model,
    endpoint: server.endpoint,
    model: model.name,
  });

  test.each(models.map((model) => [model.name, model] as const))(
    "%s gives the same answers",
    async (name, model) => {
      const prompt: Prompt = renderPrompt(model, { prompt: "What is 12 + 7?" });
      const options = { ...model.sampling, stop: model.stop, seed: 9 };
      const engine = new OpenAIEngine(remote(model), { concurrency: 2 });
      const answers = await engine.sample(prompt, 3, { ...options, first: 2 });
      for (const [i, answer] of answers.entries()) {
        const seed = seedOfAnswer(9, 2 + i);
        const same = await engines.get(name)!.generate(prompt, { ...options, seed });
        expect({ ...answer, seconds: 0 }).toEqual({ ...same, seconds: 0 });
      }
      let text = "";
      const onText = (piece: string) => {
        text += piece;
      };
      const streamed = await engine.generate(prompt, { ...options, first: 2, onText });
      expect({ ...streamed, seconds: 0 }).toEqual({ ...answers[0]!, seconds: 0 });
      expect(text).toBe(streamed.text);
    },
  );

  test("samplePool asks them like any other model, and keeps what it was told", async () => {
    const runDirectory = await mkdtemp(join(tmpdir(), "pointsman-remote-"));
    const sampling = {
      pool: { name: "far", models: models.map(remote) },
      questions: [question("q0"), question("q1")],
      runDirectory,
      n: 2,
      seed: 5,
    };
    const { answers } = await samplePool(sampling);
    const asked = server.seen.length;
    expect([...answers.keys()]).toEqual(models.map(({ name }) => name));
    expect(answers.get("sums-base")!.get("q1")!.answers).toHaveLength(2);
    const again = await samplePool(sampling);
    expect([...again.answers]).toEqual([...answers]);
    expect(server.seen).toHaveLength(asked);
  });
});
