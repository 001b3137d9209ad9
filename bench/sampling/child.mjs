// One way of sampling in a process of its own: prints tokens drawn and computed, seconds, processor seconds, peak memory.
import { readFileSync } from "node:fs";
import { getLlama, LlamaCompletion } from "node-llama-cpp";
import { LlamaEngine } from "../../dist/execution/llama.js";

const [way, json] = process.argv.slice(2);
const options = JSON.parse(json);
const [count, n, maxTokens, sequences, topK] = [
  "prompts",
  "n",
  "maxTokens",
  "sequences",
  "topK",
].map((name) => Number(options[name]));
const sampling = { temperature: 0.7, topK, topP: 1 };
const file = new URL("../../models/questions/test.jsonl", import.meta.url);
const prompts = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .slice(0, count)
  .map((line) => `Question: ${JSON.parse(line).prompt}\nAnswer:`);
const contextSize = 256;

const run = await { pointsman, parallel, "one by one": oneByOne }[way]();
const [began, used] = [performance.now(), process.cpuUsage()];
const drawn = await run.sample();
const wall = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(used);
const cpu = (user + system) / 1e6;
const rss = process.resourceUsage().maxRSS;
process.stdout.write(JSON.stringify({ drawn, computed: run.computed(), wall, cpu, rss }));
process.exit(0);

async function pointsman() {
  const model = { name: "model", file: options.model, contextSize };
  const engine = await LlamaEngine.load(model, { gpu: false, threads: 1, sequences });
  let drawn = 0;
  const sample = async () => {
    await Promise.all(
      prompts.map(async (prompt, seed) => {
        const settings = { ...sampling, maxTokens, stop: [], seed };
        const completions = await engine.sample(prompt, n, settings);
        for (const { completionTokens } of completions) drawn += completionTokens;
      }),
    );
    return drawn;
  };
  return { sample, computed: () => engine.computedTokens };
}

async function open(places) {
  const llama = await getLlama({
    gpu: false,
    maxThreads: 1,
    build: "never",
    skipDownload: true,
    logLevel: "error",
  });
  const model = await llama.loadModel({ modelPath: options.model });
  const context = await model.createContext({
    sequences: places,
    contextSize,
    batchSize: 2048,
    threads: 1,
  });
  const slots = Array.from({ length: places }, () => context.getSequence());
  const computed = () =>
    slots.reduce((sum, { tokenMeter: m }) => sum + m.usedInputTokens + m.usedOutputTokens, 0);
  return { model, slots, computed };
}

/** Every sequence takes the next prompt and draws its answers in turn, so that it computes the prompt once. */
async function parallel() {
  const { model, slots, computed } = await open(sequences);
  const left = [...prompts.keys()];
  let drawn = 0;
  const draw = async (slot, tokens, seed) => {
    await slot.adaptStateToTokens(tokens.slice(0, -1), false);
    const settings = { ...sampling, seed, yieldEogToken: true };
    const rest = tokens.slice(slot.nextTokenIndex);
    let length = 0;
    for await (const { token } of slot.evaluateWithMetadata(rest, {}, settings)) {
      length++;
      if (model.isEogToken(token) || length === maxTokens) break;
    }
    drawn += length;
  };
  const walk = async (slot) => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) {
      const tokens = [model.tokens.bos, ...model.tokenize(prompts[at])];
      for (let i = 0; i < n; i++) await draw(slot, tokens, 1 + at * n + i);
    }
  };
  const sample = async () => {
    await Promise.all(slots.map(walk));
    return drawn;
  };
  return { sample, computed };
}

async function oneByOne() {
  const { model, slots, computed } = await open(1);
  const completion = new LlamaCompletion({ contextSequence: slots[0] });
  const sample = async () => {
    let drawn = 0;
    for (let answer = 0; answer < prompts.length * n; answer++) {
      const settings = { ...sampling, seed: 1 + answer, maxTokens };
      const { response, metadata } = await completion.generateCompletionWithMeta(
        prompts[Math.floor(answer / n)],
        settings,
      );
      drawn += model.tokenize(response).length + (metadata.stopReason === "eogToken" ? 1 : 0);
    }
    return drawn;
  };
  return { sample, computed };
}
