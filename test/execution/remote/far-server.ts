import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import type { RemoteModel } from "../../../src/execution/pool/pool.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../src/execution/remote/openai.js";
import { type Answering, openaiServer, whole } from "./openai-server.js";

export const options: GenerateOptions = {
  temperature: 0.7,
  topK: 0,
  topP: 0.9,
  maxTokens: 5,
  stop: ["\n"],
  seed: 1,
};
export const chat = [{ role: "user" as const, content: "hello" }];
export const fine: Answering = ({ seed }, response) => response.end(whole(`seed ${seed}`));

/** A server for the tests of a file, and engines that ask it. */
export function farServer() {
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
  return {
    get server() {
      return server;
    },
    model,
    open: (more: OpenAIEngineOptions = {}, of: Partial<RemoteModel> = {}) =>
      new OpenAIEngine(model(of), { retryDelay: 5, openFor: 100, ...more }),
    answering: (answer: Answering) => {
      server.state.answer = answer;
    },
  };
}

export const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("it should have failed"),
    (error: Error) => error,
  );
