import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The fields of a request that tests look at. */
interface Asked {
  readonly model: string;
  readonly prompt?: string;
  readonly messages?: { role: "user"; content: string }[];
  readonly seed: number;
  readonly stream?: boolean;
  readonly [field: string]: unknown;
}

export type Answering = (
  asked: Asked,
  response: ServerResponse,
  request: IncomingMessage,
) => unknown;

/** A server of OpenAI's form on a loopback port, which answers as the test says. */
export async function openaiServer(initial: Answering) {
  const seen: { path: string | undefined; key: string | undefined; asked: Asked }[] = [];
  const state = { answer: initial, active: 0, mostActive: 0 };
  const server = createServer(async (request, response) => {
    state.mostActive = Math.max(state.mostActive, ++state.active);
    response.on("close", () => state.active--);
    let body = "";
    for await (const piece of request) body += piece;
    const asked = JSON.parse(body) as Asked;
    seen.push({ path: request.url, key: request.headers.authorization, asked });
    await state.answer(asked, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    state,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const usage = { prompt_tokens: 3, completion_tokens: 2 };

/** The whole answer in one piece. */
export function whole(text: string, more: object = {}) {
  const choice = { index: 0, text, message: { role: "assistant", content: text } };
  return JSON.stringify({ choices: [{ ...choice, finish_reason: "stop" }], usage, ...more });
}

export const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
export const textEvent = (text: string) =>
  event({ choices: [{ delta: { content: text }, text, finish_reason: null }], usage: null });

/** The end of a streamed answer, as vLLM sends it. */
export const lastEvents = `${event({ choices: [{ delta: {}, text: "", finish_reason: "stop" }] })}${event({ choices: [], usage })}data: [DONE]\n\n`;
