import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { NoLabelsError } from "../../../src/errors.js";
import { random } from "../../../src/random.js";
import { readSamples } from "../../../src/sampling/store/store.js";

/** For a long run: POINTSMAN_KILLS=1000. */
const kills = Number(process.env.POINTSMAN_KILLS ?? 100);
/** Runs at the same time: while one process starts, others are killed. */
const chains = 4;
const questions = 250;
const models = ["a", "b"];
const n = 3;
/** Left by the run that is not killed: the others start faster. */
const compileCache = join(tmpdir(), `pointsman-kill-cache-${process.pid}`);
const script = join(import.meta.dirname, "sampling-child.mjs");

type Answers = Map<string, string>;

/** Texts by "model question index". Reading refuses an answer that is there twice, a gap and a damaged line. */
async function stored(directory: string): Promise<Answers> {
  const found: Answers = new Map();
  await readSamples(directory, ({ model, question, index, text }) =>
    found.set(`${model} ${question} ${index}`, text),
  ).catch((error) => {
    // Killed before there was a manifest.
    if (!(error instanceof NoLabelsError)) throw error;
  });
  return found;
}

/** What a process said before it was killed, or came to its end. */
interface Life {
  /** "model question index" of what was asked of the engines. */
  readonly asked: readonly string[];
  /** Answers acknowledged so far, for each model. */
  readonly safe: readonly number[];
  readonly ended: boolean;
}

interface Kill {
  /** Milliseconds since the process was started, or since it has opened its store. */
  readonly after: "start" | "open";
  readonly milliseconds: number;
}

async function live(directory: string, pace: number, kill?: Kill): Promise<Life> {
  const args = [script, directory, questions, n, pace].map(String);
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env });
  const timer = () => setTimeout(() => child.kill("SIGKILL"), kill!.milliseconds);
  if (kill?.after === "start") timer();
  const asked: string[] = [];
  let safe: number[] = models.map(() => 0);
  let [opened, ended] = [false, false];
  for await (const line of createInterface({ input: child.stdout })) {
    if (kill?.after === "open" && !opened) timer();
    opened = true;
    const [word, ...rest] = line.split(" ");
    if (word === "ask") asked.push(rest.join(" "));
    else if (word === "safe") safe = rest.map(Number);
    else ended = true;
  }
  return { asked, safe, ended };
}

/** @returns what is stored after this life, which must hold what was before it and what it acknowledged. */
async function check(directory: string, before: Answers, life: Life): Promise<Answers> {
  const after = await stored(directory);
  expect([...before].filter(([key, text]) => after.get(key) !== text)).toEqual([]);
  expect(life.asked.filter((key) => before.has(key))).toEqual([]);
  for (const [i, name] of models.entries()) {
    const there = [...after.keys()].filter((key) => key.startsWith(`${name} `)).length;
    expect(there).toBeGreaterThanOrEqual(life.safe[i]!);
  }
  return after;
}

const newDirectory = () => mkdtemp(join(tmpdir(), "pointsman-kill-"));

/** Kills runs at random moments, each until it is through; the last one is let through. */
async function killAgainAndAgain(count: number, seed: number, whole: Answers) {
  const { below } = random(seed);
  const figures = { kills: 0, asking: 0, runs: 0 };
  let directory = await newDirectory();
  let before: Answers = new Map();
  for (let through = false; !through; ) {
    const last = figures.kills >= count;
    const kill: Kill =
      below(5) === 0
        ? { after: "start", milliseconds: below(300) }
        : { after: "open", milliseconds: below(400) };
    const life = await live(directory, last ? 0 : 100, last ? undefined : kill);
    const after = await check(directory, before, life);
    before = after;
    if (!life.ended) {
      figures.kills += 1;
      if (life.asked.length > 0) figures.asking += 1;
      continue;
    }
    expect(before).toEqual(whole);
    figures.runs += 1;
    through = last;
    directory = await newDirectory();
    before = new Map();
  }
  return figures;
}

test(
  `kill -9 at ${kills} random moments loses nothing that was acknowledged and asks nothing twice`,
  async () => {
    const reference = await newDirectory();
    await live(reference, 0);
    const whole = await stored(reference);
    expect(whole.size).toBe(models.length * questions * n);
    const figures = await Promise.all(
      Array.from({ length: chains }, (_, i) =>
        killAgainAndAgain(Math.ceil(kills / chains), i, whole),
      ),
    );
    const sum = (name: keyof (typeof figures)[number]) =>
      figures.reduce((total, chain) => total + chain[name], 0);
    console.log(
      `kills ${sum("kills")}, while asking ${sum("asking")}, runs let through ${sum("runs")}`,
    );
    expect(sum("kills")).toBeGreaterThanOrEqual(kills);
    expect(sum("asking")).toBeGreaterThan(kills / 2);
  },
  60_000 + 4000 * kills,
);
