import type { Random } from "../random.js";

/** Changes how a prompt is written and not what it asks, so that its labels stay true. */
export type Edit = (prompt: string, random: Random) => string;

/** Option letters, variables and initials are words of one letter: no edit touches them, nor any digit. */
const word = /\p{L}{2,}/gu;

/** The keys beside each letter on an English keyboard. */
const neighbours: Readonly<Record<string, string>> = {
  q: "wa",
  w: "qes",
  e: "wrd",
  r: "etf",
  t: "ryg",
  y: "tuh",
  u: "yij",
  i: "uok",
  o: "ipl",
  p: "ol",
  a: "qsz",
  s: "awdz",
  d: "sefx",
  f: "drgc",
  g: "fthv",
  h: "gyjb",
  j: "hukn",
  k: "jilm",
  l: "kop",
  z: "asx",
  x: "zsdc",
  c: "xdfv",
  v: "cfgb",
  b: "vghn",
  n: "bhjm",
  m: "njk",
};

/** Polite words round a prompt; `augment` may use these, the templates below are for judging only. */
const polite = [
  "Hi! Could you please help me with this? {} Thank you!",
  "Please answer this:\n{}",
  "{}\nThanks in advance.",
];
const system = [
  "You are a helpful assistant.\n\n{}",
  "You are a helpful assistant. Think carefully before you reply to the user.\n\nUser: {}",
];
const templates = [
  "Question: {}\nAnswer:",
  "Here is a task for you.\n\n{}",
  "I would like to know the following. {}",
];

const named = {
  "typos 1 %": typos(0.01),
  "typos 3 %": typos(0.03),
  "typos 10 %": typos(0.1),
  "lower case": (prompt) => prompt.replace(word, (text) => text.toLowerCase()),
  "upper case": (prompt) => prompt.replace(word, (text) => text.toUpperCase()),
  // Between words only: the blanks that begin a line may be a program's.
  "white space": (prompt, random) =>
    prompt.replace(/(?<=\S) (?=\S)/g, () => (chance(random, 0.2) ? "  " : " ")),
  punctuation: (prompt, random) =>
    prompt.replace(/(?<=\p{L}{2})[.,;:!?](?=\s|$)/gu, (mark) => (chance(random, 0.5) ? "" : mark)),
  "polite words": wrapped(polite),
  "system prompt": wrapped(system),
  "question template": wrapped(templates),
} satisfies Record<string, Edit>;

export type EditName = keyof typeof named;

export const edits: Readonly<Record<EditName, Edit>> = named;

/** Each letter of a word becomes, with probability `rate`, one of the keys beside it. */
function typos(rate: number): Edit {
  return (prompt, random) =>
    prompt.replace(word, (text) =>
      text.replace(/[a-z]/gi, (letter) => {
        if (!chance(random, rate)) return letter;
        const near = neighbours[letter.toLowerCase()]!;
        const key = near[random.below(near.length)]!;
        return letter === letter.toLowerCase() ? key : key.toUpperCase();
      }),
    );
}

/** One of the frames, with the prompt where it says "{}". */
function wrapped(frames: readonly string[]): Edit {
  return (prompt, { below }) => {
    const [before, after] = frames[below(frames.length)]!.split("{}");
    return `${before}${prompt}${after}`;
  };
}

function chance({ uint32 }: Random, probability: number): boolean {
  return uint32() < probability * 2 ** 32;
}
