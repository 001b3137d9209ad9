// One way of sampling in a process of its own: prints tokens drawn and computed, seconds, processor seconds, peak memory.
import { readFileSync } from "node:fs";
import { getLlama, LlamaCompletion } from "node-llama-cpp";
import { LlamaEngine } from "../../dist/execution/llama/engine.js";

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
const questions = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => `Question: ${JSON.parse(line).prompt}\nAnswer:`);
/** Asked before the clock starts, so that V8 has compiled what runs all the time. */
const warmUp = questions.slice(-sequences);
const prompts = questions.slice(0, count);
const contextSize = 256;

const run = await { pointsman, parallel, "one by one": oneByOne }[way]();
await run.sample(warmUp);
const before = run.computed();
const [began, used] = [performance.now(), process.cpuUsage()];
const drawn = await run.sample(prompts);
const wall = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(used);
const cpu = (user + system) / 1e6;
const rss = process.resourceUsage().maxRSS;
process.stdout.write(JSON.stringify({ drawn, computed: run.computed() - before, wall, cpu, rss }));
process.exit(0);

async function pointsman() {
  const model = { name: "model", file: options.model, contextSize };
  const engine = await LlamaEngine.load(model, { gpu: false, threads: 1, sequences });
  const sample = async (prompts) => {
    let drawn = 0;
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
  const draw = async (slot, tokens, seed) => {
    await slot.adaptStateToTokens(tokens.slice(0, -1), false);
    const settings = { ...sampling, seed, yieldEogToken: true };
    const rest = tokens.slice(slot.nextTokenIndex);
    let length = 0;
    for await (const { token } of slot.evaluateWithMetadata(rest, {}, settings)) {
      length++;
      if (model.isEogToken(token) || length === maxTokens) break;
    }
    return length;
  };
  const sample = async (prompts) => {
    const left = [...prompts.keys()];
    let drawn = 0;
    const walk = async (slot) => {
      for (let at = left.shift(); at !== undefined; at = left.shift()) {
        const tokens = [model.tokens.bos, ...model.tokenize(prompts[at])];
        for (let i = 0; i < n; i++) {
          const length = await draw(slot, tokens, 1 + at * n + i);
          drawn += length;
        }
      }
    };
    await Promise.all(slots.map(walk));
    return drawn;
  };
  return { sample, computed };
}

async function oneByOne() {
  const { slots, computed } = await open(1);
  const completion = new LlamaCompletion({ contextSequence: slots[0] });
  const sample = async (prompts) => {
    let drawn = 0;
    const onToken = (tokens) => {
      drawn += tokens.length;
    };
    for (let answer = 0; answer < prompts.length * n; answer++) {
      const settings = { ...sampling, seed: 1 + answer, maxTokens, onToken };
      const prompt = prompts[Math.floor(answer / n)];
      const { metadata } = await completion.generateCompletionWithMeta(prompt, settings);
      if (metadata.stopReason === "eogToken") drawn++;
    }
    return drawn;
  };
  return { sample, computed };
}
