/**
 * Run by kill.test.ts in a process that gets killed: samples a scripted pool and prints, a line each, what is asked of
 * the engines and how many answers of each model are safe.
 */
import { ScriptedEngine } from "../../../dist/execution/scripted.js";
import { samplePool } from "../../../dist/sampling/sampler.js";

const [directory, count, n, milliseconds] = process.argv.slice(2);
const say = (...words) => process.stdout.write(`${words.join(" ")}\n`);
const model = (name) => ({
  name,
  file: `/nowhere/${name}.gguf`,
  kind: "base",
  shots: 0,
  stop: [],
  sampling: { temperature: 1, topK: 0, topP: 1, maxTokens: 9 },
});
const openEngine = async ({ name }) =>
  new ScriptedEngine(name, async ({ prompt, index, options }) => {
    say("ask", name, prompt, index);
    await new Promise((done) => setTimeout(done, Number(milliseconds)));
    // Long and not ASCII, so that a kill can fall into the middle of a line and of a character.
    return `${"é".repeat(options.seed % 1500)} ${(options.seed + index) % 5}`;
  });
await samplePool({
  pool: { name: "killed", models: [model("a"), model("b")] },
  questions: Array.from({ length: Number(count) }, (_, i) => ({
    id: `q${i}`,
    prompt: `q${i}`,
    gold: "1",
    answer: "number",
  })),
  runDirectory: directory,
  n: Number(n),
  seed: 7,
  concurrency: { models: 2, prompts: 8 },
  openEngine,
  onProgress: ({ models }) => say("safe", ...models.map(({ answers }) => answers)),
});
say("end");
