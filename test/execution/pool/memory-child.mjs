// Loads a toy model and prints by how many bytes the process grew: node memory-child.mjs <model> <sequences> <context>
import { loadPool, openEngine } from "../../../dist/execution/index.js";

const [name, sequences, contextSize] = process.argv.slice(2);
const { models } = await loadPool("toy");
const model = models.find((member) => member.name === name);

// What llama.cpp and Node take for themselves is taken before.
const first = await openEngine({ ...model, contextSize: 64 });
await first[Symbol.asyncDispose]();
global.gc();
const before = process.memoryUsage.rss();
const engine = await openEngine(
  { ...model, contextSize: Number(contextSize) },
  { sequences: Number(sequences) },
);
global.gc();
process.stdout.write(`${process.memoryUsage.rss() - before} ${engine.name}\n`);
await engine[Symbol.asyncDispose]();
