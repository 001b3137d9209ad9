/** Turns tokens into text; `before` are the tokens in front of them, which decide about a leading space. */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

/** Tokens of text in front that detokenizers look at. */
const contextTokens = 4;
/** A character has at most four bytes, so this many byte tokens that still make none are no character. */
const maxBytesOfCharacter = 4;
const replacement = "\uFFFD";

/**
 * The text of an answer while it grows token by token. Immutable, because several answers may go on from one.
 * A character whose bytes come in several tokens is kept back until it is whole, and the text ends before the first
 * stop text.
 */
export class AnswerText<Token> {
  /** Whether a stop text has come; it and what follows it are cut off. */
  readonly stopped: boolean;

  private constructor(
    private readonly detokenize: Detokenize<Token>,
    private readonly stop: readonly string[],
    readonly text: string,
    private readonly before: readonly Token[],
    private readonly pending: readonly Token[],
    stopped: boolean,
  ) {
    this.stopped = stopped;
  }

  /** @param prompt tokens in front of the answer. */
  static start<Token>(
    detokenize: Detokenize<Token>,
    stop: readonly string[],
    prompt: readonly Token[],
  ) {
    return new AnswerText(detokenize, stop, "", prompt.slice(-contextTokens), [], false);
  }

  next(token: Token): AnswerText<Token> {
    const pending = [...this.pending, token];
    const piece = this.detokenize(pending, this.before);
    if (piece.endsWith(replacement) && pending.length < maxBytesOfCharacter) {
      return new AnswerText(this.detokenize, this.stop, this.text, this.before, pending, false);
    }
    const before = [...this.before, ...pending].slice(-contextTokens);
    return this.#with(piece, before);
  }

  /** No token follows: what was kept back of a broken character comes out as U+FFFD. */
  end(): AnswerText<Token> {
    if (this.pending.length === 0 || this.stopped) return this;
    return this.#with(this.detokenize(this.pending, this.before), this.before);
  }

  /** How much of the text no later token can take back: all but what may be the begin of a stop text. */
  get settled(): number {
    if (this.stopped) return this.text.length;
    const longest = Math.max(0, ...this.stop.map((stop) => stop.length - 1));
    for (let at = Math.max(0, this.text.length - longest); at < this.text.length; at++) {
      const tail = this.text.slice(at);
      if (this.stop.some((stop) => stop.startsWith(tail))) return at;
    }
    return this.text.length;
  }

  #with(piece: string, before: readonly Token[]): AnswerText<Token> {
    const longest = Math.max(0, ...this.stop.map((stop) => stop.length - 1));
    const from = Math.max(0, this.text.length - longest);
    const text = this.text + piece;
    const found = this.stop.map((stop) => text.indexOf(stop, from)).filter((at) => at >= 0);
    const cut = found.length > 0;
    const kept = cut ? text.slice(0, Math.min(...found)) : text;
    return new AnswerText(this.detokenize, this.stop, kept, before, [], cut);
  }
}
