// The sets of bench/science.mjs, and why some models are left out (SOURCES.md of the data).

const cot = "faithful-cot/faithful_cot.jsonl.gz";
const older = ["code-davinci-001", "code-davinci-002", "text-davinci-002", "text-davinci-003"];
const helm = [
  "anthropic_claude-3-opus-20240229",
  "google_gemini-1.5-flash-preview-0514",
  "google_gemini-1.5-pro-preview-0409",
  "google_text-unicorn@001",
  "meta_llama-3-70b",
  "mistralai_mixtral-8x22b",
  "openai_gpt-4-0613",
  "openai_gpt-4o-2024-05-13",
  "writer_palmyra-x-v3",
];
const weaker = [
  "gemma-2-2b-it",
  "Qwen2-7B-Instruct",
  "Yi-1.5-9B-Chat",
  "Meta-Llama-3-8B-Instruct",
  "Mixtral-8x7B-Instruct-v0.1",
  "reka-flash-20240226",
  "command-r",
];
const pair = ["mixtral-8x7b-instruct-v0.1", "gpt-4-1106-preview"];

/** `majority`: what counts, and what is learnt, is the mark of the majority; else success rates are learnt. */
export const sets = [
  { name: "LLMRouter", file: "llmrouter/llmrouter.jsonl.gz" },
  { name: "RouteLLM GSM8K", file: "routellm/gsm8k.jsonl.gz", pair },
  { name: "RouteLLM MMLU", file: "routellm/mmlu.jsonl.gz", pair },
  { name: "RouteLLM MMLU (1500 labels)", file: "routellm/mmlu.jsonl.gz", pair, trainSize: 1500 },
  {
    name: "RouteLLM MMLU (unseen subjects)",
    file: "routellm/mmlu.jsonl.gz",
    pair,
    bySubject: true,
  },
  { name: "faithful-cot", file: cot, majority: true },
  {
    name: "faithful-cot without gpt-4",
    file: cot,
    majority: true,
    models: [...older, "gpt-3.5-turbo"],
  },
  {
    name: "faithful-cot GSM8K without gpt-4",
    file: cot,
    majority: true,
    models: [...older, "gpt-3.5-turbo"],
    tasks: ["gsm8k"],
  },
  {
    name: "faithful-cot GSM8K (four older models)",
    file: cot,
    majority: true,
    models: older,
    tasks: ["gsm8k"],
  },
  { name: "zeroeval GSM8K (7 weaker models)", file: "zeroeval/gsm8k.jsonl.gz", models: weaker },
  // gpt-4-1106-preview fails by format: it explains instead of naming a letter.
  { name: "helm-mmlu", file: "helm-mmlu/helm_mmlu.jsonl.gz", models: helm },
  { name: "mmlu-redux", file: "helm-mmlu/mmlu_redux.jsonl.gz" },
  { name: "mot-cascade date", file: "mot-cascade/sampled.jsonl.gz", tasks: ["date"] },
  { name: "mot-cascade GSM8K", file: "mot-cascade/sampled.jsonl.gz", tasks: ["gsm8k"] },
  { name: "wmt23 en-de", file: "wmt23-mqm/wmt23_mqm.jsonl.gz", tasks: ["translation_en-de"] },
  { name: "wmt23 zh-en", file: "wmt23-mqm/wmt23_mqm.jsonl.gz", tasks: ["translation_zh-en"] },
];
