/** Run by kill.test.ts in a process that gets killed: fills a store and prints what was acknowledged. */
import { SampleStore } from "../../src/sampling/store.js";
import { manifest, question, record } from "./fixtures.js";

const [directory, count] = process.argv.slice(2);
const questions = Array.from({ length: Number(count) }, (_, i) => question(`q${i}`));
const store = await SampleStore.open(directory!, manifest(), questions);
for (const { id } of questions) {
  for (const model of ["a", "b"]) {
    if (store.answers(model).has(id)) continue;
    // Long and not ASCII, so that a kill can fall into the middle of a line and of a character.
    void store
      .append(model, [record(id, "é".repeat(3000), 0, model)])
      .then(() => process.stdout.write(`${model} ${id}\n`));
  }
  await new Promise((done) => setTimeout(done, 3));
}
await store[Symbol.asyncDispose]();
process.stdout.write("end\n");
