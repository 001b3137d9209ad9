import type { ChatMessage, Prompt } from "../engine.js";
import {
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaModel,
  library,
  type Token,
} from "./library.js";

/** Turns prompts into the tokens of a model, messages through its chat template as node-llama-cpp reads it. */
export class PromptTokens {
  readonly #model: LlamaModel;
  #wrapper: ChatWrapper | undefined;

  constructor(model: LlamaModel) {
    this.#model = model;
  }

  /** @throws EngineUnavailableError, and whatever the template throws. */
  async of(prompt: Prompt): Promise<Token[]> {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const tokens =
      typeof prompt === "string" ? this.#model.tokenize(prompt) : await this.#chat(prompt);
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  /** Only the template's own text may make special tokens; text of messages never does. */
  async #chat(messages: readonly ChatMessage[]): Promise<Token[]> {
    const { resolveChatWrapper, LlamaText, SpecialTokensText } = await library();
    // Tries out many templates, half a second.
    this.#wrapper ??= resolveChatWrapper(this.#model);
    const chatHistory: ChatHistoryItem[] = messages.map(({ role, content }) =>
      role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content },
    );
    chatHistory.push({ type: "model", response: [""] });
    const { contextText } = this.#wrapper.generateContextState({ chatHistory });
    // The parts are turned into tokens one by one. In training they were one text, where a space joins the word
    // behind it, so spaces at the end of the template's text move over to the message.
    let spaces = "";
    const parts = contextText.values.map((part, index, all) => {
      const front = spaces;
      spaces = "";
      if (typeof part === "string") return front + part;
      if (!(part instanceof SpecialTokensText) || typeof all[index + 1] !== "string") return part;
      const text = part.value.trimEnd();
      spaces = part.value.slice(text.length);
      return new SpecialTokensText(text);
    });
    return LlamaText(parts).tokenize(this.#model.tokenizer);
  }
}
