/** Milliseconds; a request that takes longer is given up. */
export interface HttpLimits {
  /** Until the answer begins. */
  readonly firstByte?: number;
  /** Between two pieces of an answer that has begun. */
  readonly silence?: number;
  /** From the request to the end of the answer. */
  readonly total: number;
}

export interface JsonPost {
  readonly url: string;
  readonly body: unknown;
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits: HttpLimits;
}

/** A request that failed, for the caller to say where. The message is a clause without a full stop. */
export class HttpFailure extends Error {
  /** Of the response; undefined where none came, or where it broke off. 200: its content is of no use. */
  readonly status: number | undefined;
  /** Milliseconds that the server asks to be left alone for; 0 = it does not say. */
  readonly retryAfter: number;

  constructor(
    message: string,
    options: ErrorOptions & { status?: number; retryAfter?: number } = {},
  ) {
    super(message, options);
    this.status = options.status;
    this.retryAfter = options.retryAfter ?? 0;
  }
}

/** Bytes that an answer may have: 64 vectors of 4,096 numbers in decimal take some 6 MB. */
const mostBytes = 64 * 1024 * 1024;
/** Bytes of an error page that are looked at, and characters of it that are shown. */
const errorBytes = 4096;
const shownCharacters = 200;

/**
 * Posts JSON and gives the body of the answer as it comes. Redirects are not followed: the key belongs to this host.
 * @throws HttpFailure for everything that goes wrong, a signal that fires included.
 */
export async function* postJson(request: JsonPost): AsyncGenerator<Uint8Array, void> {
  const { url, body, apiKey, signal } = request;
  const clock = watchdog(request.limits);
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? clock.signal : AbortSignal.any([signal, clock.signal]),
    });
    clock.heard();
    if (!response.ok) throw await refusal(response, apiKey);
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      clock.heard();
      bytes += piece.length;
      if (bytes > mostBytes) throw useless(`its answer has more than ${mostBytes} bytes`);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof HttpFailure) throw cause;
    throw new HttpFailure(clock.expired() ?? reasonOf(cause), { cause });
  } finally {
    clock.stop();
  }
}

/** The whole answer, which has to be JSON. @throws HttpFailure */
export async function readJson(pieces: AsyncIterable<Uint8Array>): Promise<unknown> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const text = Buffer.concat(all).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw useless(`its answer is not JSON: ${firstWords(text)}`, cause);
  }
}

/** An answer that came but is of no use; another request would hardly get a better one. */
export function useless(message: string, cause?: unknown): HttpFailure {
  return new HttpFailure(message, { status: 200, cause });
}

/** The beginning of a text from outside on one line, without control characters. */
export function firstWords(text: string): string {
  const words = text.replace(/[\p{C}\s]+/gu, " ").trim();
  return words.length > shownCharacters ? `${words.slice(0, shownCharacters)}...` : words;
}

/** @throws HttpFailure: an answer that breaks off here is one more way to fail. */
async function refusal(response: Response, apiKey: string | undefined): Promise<HttpFailure> {
  const { status, headers } = response;
  if (status >= 300 && status < 400)
    return new HttpFailure(`status ${status}: it redirects, which is not followed`, { status });
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > errorBytes) break;
  }
  // Some servers repeat the key that they refuse.
  if (apiKey !== undefined) text = text.replaceAll(apiKey, "<key>");
  const retryAfter = retryMilliseconds(headers.get("retry-after"));
  return new HttpFailure(`status ${status}: ${firstWords(text)}`, { status, retryAfter });
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryMilliseconds(header: string | null): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, wait || 0);
}

/** fetch says "fetch failed" and puts what happened into the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

function watchdog({ firstByte, silence, total }: HttpLimits) {
  const stop = new AbortController();
  let expired: string | undefined;
  const after = (limit: number | undefined, words: string) => {
    if (limit === undefined) return undefined;
    return setTimeout(() => {
      expired = `${words} ${limit} ms`;
      stop.abort();
    }, limit);
  };
  const whole = after(total, "no answer within");
  let next = after(firstByte, "no answer began within");
  return {
    signal: stop.signal,
    heard() {
      clearTimeout(next);
      next = after(silence, "its answer paused for more than");
    },
    expired: () => expired,
    stop() {
      clearTimeout(whole);
      clearTimeout(next);
    },
  };
}
