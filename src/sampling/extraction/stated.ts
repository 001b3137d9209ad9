/** "The answer is", "Final answer:", "Answer to part b = ", "####", "\boxed{"; not "the answer is not". */
const markers =
  /\banswers?(?:\s(?:to|for|in)\s[^.\n:=]{1,60}?|\s?\([^)\n]{1,40}\))?[\s*_"']{0,4}(?:\b(?:is|are|was|equals|be|would be|should be)\b(?!\s+not\b)\s?[:=]?|[:=])|#{4}|\\boxed\s?\{/gi;
/** Texts that go on stating answers have stated what they mean in the last ones. */
const mostMarkers = 16;
const reach = 200;

/**
 * The places where a text states its answer, the last one first: what follows "The answer is", "####" or inside
 * `\boxed{`, up to the end of the line or sentence, at most 200 characters.
 */
export function* statedAnswers(text: string): Generator<{ at: number; stated: string }> {
  const ends: number[] = [];
  for (const marker of text.matchAll(markers)) {
    ends.push(marker.index + marker[0].length);
    if (ends.length > mostMarkers) ends.shift();
  }
  for (const end of ends.reverse()) {
    const raw = text.slice(end, end + reach);
    const blank = raw.length - raw.trimStart().length;
    const stated = raw.trimStart().split(/\n|[.!?](?=\s)/, 1)[0]!;
    yield { at: end + blank, stated };
  }
}

/** What a text prints in bold, the last one first, at most 16. */
export function* boldAnswers(text: string): Generator<{ at: number; stated: string }> {
  const found: { at: number; stated: string }[] = [];
  for (const match of text.matchAll(/\*\*(?<stated>[^*\n]{1,80})\*\*/g)) {
    found.push({ at: match.index + 2, stated: match.groups!.stated! });
    if (found.length > mostMarkers) found.shift();
  }
  yield* found.reverse();
}
