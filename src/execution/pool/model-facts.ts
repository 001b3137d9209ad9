import { basename } from "node:path";
import type { GgufFileInfo, GgufInsights, Llama } from "../llama/library.js";
import { library } from "../llama/library.js";

/** What the header of a GGUF file tells of its model. */
export interface ModelFacts {
  readonly architecture: string;
  /** Whether the llama.cpp at hand can run this architecture. */
  readonly supported: boolean;
  readonly parameters: number;
  /** Tokens. */
  readonly trainContextSize?: number;
  /** Type of most weights, e.g. "Q4_K". */
  readonly quantisation?: string;
  readonly hasChatTemplate: boolean;
  /** The format that node-llama-cpp takes for chats, where the file has no template: a guess from the names in it. */
  readonly guessedChatFormat?: string;
}

export interface InspectedModel {
  readonly facts: ModelFacts;
  /** For estimates of memory. */
  readonly insights: GgufInsights;
}

/**
 * Reads the header of a file that `checkModelFile` has found to be whole.
 * @throws what node-llama-cpp throws at a header that it cannot read.
 */
export async function inspectModel(file: string, llama: Llama): Promise<InspectedModel> {
  const { GgmlType, GgufInsights, readGgufFileInfo } = await library();
  const info = await readGgufFileInfo(file, { sourceType: "filesystem", logWarnings: false });
  const insights = await GgufInsights.from(info, llama);
  const { trainContextSize, dominantTensorType } = insights;
  const hasChatTemplate = Boolean(info.metadata.tokenizer?.chat_template);
  const guessedChatFormat = hasChatTemplate ? undefined : await guessChatFormat(file, info);
  const facts: ModelFacts = {
    architecture: String(info.metadata.general?.architecture),
    supported: insights.isSupportedByLlamaCpp,
    parameters: insights.totalParameters,
    hasChatTemplate,
    ...(trainContextSize !== undefined && { trainContextSize }),
    ...(dominantTensorType !== undefined && { quantisation: GgmlType[dominantTensorType] }),
    ...(guessedChatFormat !== undefined && { guessedChatFormat }),
  };
  return { facts, insights };
}

async function guessChatFormat(file: string, info: GgufFileInfo): Promise<string | undefined> {
  const { resolveChatWrapper } = await library();
  const { bos_token_id, tokens } = info.metadata.tokenizer?.ggml ?? {};
  const bosString = bos_token_id === undefined ? undefined : tokens?.[bos_token_id];
  const wrapper = resolveChatWrapper({
    filename: basename(file),
    fileInfo: info,
    warningLogs: false,
    ...(bosString !== undefined && { bosString }),
  });
  return wrapper?.wrapperName;
}
