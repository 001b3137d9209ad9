import { describe, expect, test } from "vitest";
import { confusion, examples } from "../../src/report/choices.js";
import { reportData } from "../../src/report/collect.js";
import { amount, clean, escapeHtml, points } from "../../src/report/html.js";
import { reliability } from "../../src/report/reliability.js";
import { renderReport } from "../../src/report/render.js";
import { winsBy } from "../../src/report/wins.js";
import { outcomesOf } from "../evaluation/outcomes.js";
import { hostileReport } from "./fixtures.js";

describe("what is collected", () => {
  test("confusion counts prompts that one model alone gets right, by that model and the choice", () => {
    const outcomes = outcomesOf(
      ["a", "b"],
      [
        [1, 0],
        [0, 1],
        [0, 1],
        [1, 1],
        [0, 0],
        [1, undefined],
      ],
    );
    expect(confusion(outcomes, Int32Array.of(0, 0, 1, 1, 1, 1))?.counts).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(confusion(outcomesOf(["a", "b"], [[1, 1]]), Int32Array.of(0))).toBeUndefined();
  });

  test("examples are where router and best single model differ, and where the router missed a right one", () => {
    const outcomes = outcomesOf(
      ["a", "b"],
      [
        [0, 1],
        [0, 1],
        [0, 0],
        [1, 1],
      ],
      { prompts: ["won", "missed", "hopeless", "y".repeat(999)] },
    );
    const found = examples(
      outcomes,
      Int32Array.of(1, 0, 0, 1),
      Float64Array.of(0, 0, 0, 1),
      Float32Array.of(0.1, 0.9, 0.6, 0.4, 0, 0, 0, 0),
    );
    expect(found.right).toEqual([
      { prompt: "won", chosen: "b", probability: expect.closeTo(0.9), right: ["b"] },
    ]);
    expect(found.wrong.map(({ prompt }) => prompt)).toEqual(["missed"]);
  });

  test("wins: the paired gain of each part, the best model there in hindsight", () => {
    const outcomes = outcomesOf(
      ["a", "b"],
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    );
    const contest = {
      router: Float64Array.of(1, 1, 0),
      reference: Float64Array.of(1, 0, 0),
      groups: Int32Array.of(0, 1, 2),
    };
    const wins = winsBy("task", ["s", "t", "t"], outcomes, contest)!;
    expect(
      wins.rows.map(({ name, prompts, winner, gain }) => [name, prompts, winner, gain]),
    ).toEqual([
      ["t", 2, "b", 0.5],
      ["s", 1, "a", 0],
    ]);
    expect(wins.rows[0]).toMatchObject({ winnerAccuracy: 1, router: 0.5, single: 0 });
    expect(winsBy("task", ["s", "s", undefined], outcomes, contest)).toBeUndefined();
  });

  test("reliability by hand: two bins, unknown marks left out", () => {
    const outcomes = outcomesOf(
      ["a", "b"],
      [
        [1, undefined],
        [0, undefined],
        [1, undefined],
      ],
    );
    const [one, ...others] = reliability(outcomes, Float32Array.of(0.25, 0, 0.25, 0, 0.75, 0));
    expect(others).toEqual([]);
    expect(one!.bins).toEqual([
      { count: 2, predicted: 0.25, observed: 0.5 },
      { count: 1, predicted: 0.75, observed: 1 },
    ]);
    expect(one!.ece).toBeCloseTo(0.25);
    expect(one!.brier).toBeCloseTo((0.75 ** 2 + 0.25 ** 2 + 0.25 ** 2) / 3);
  });
});

describe("words and numbers", () => {
  test("markup and controls are shown, not obeyed", () => {
    expect(escapeHtml(`<a href="x">'&`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    expect(clean("a\u0000\u001b\u202e\ud800b\n\tc")).toBe("a\ufffd\ufffd\ufffd\ufffdb\n\tc");
    expect(clean("日本 مرحبا 👩‍🔬")).toBe("日本 مرحبا 👩‍🔬");
  });

  test("points have their sign, and nothing is no loss", () => {
    expect([0.0123, -0.0123, -0.0001, Number.NaN].map(points)).toEqual([
      "+1.2",
      "−1.2",
      "0.0",
      "–",
    ]);
    expect([0, 1234.5, 0.000123456, 0.26].map(amount)).toEqual(["0", "1,230", "0.000123", "0.26"]);
  });
});

describe("renderReport", () => {
  const count = (html: string, pattern: RegExp) => html.match(pattern)?.length ?? 0;

  test("the same data give the same bytes, through JSON too", async () => {
    const data = hostileReport(["a", "b"]);
    const html = await renderReport(data);
    expect(await renderReport(JSON.parse(JSON.stringify(data)))).toBe(html);
  });

  test("sections without data say nothing", async () => {
    const { title, sources, evaluation } = hostileReport(["a", "b"]);
    const rows = evaluation.rows
      .filter(({ kind }) => kind === "single")
      .map(({ latency, price, ...row }) => row);
    const html = await renderReport({ title, sources, evaluation: { ...evaluation, rows } });
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading)).toEqual([
      "Accuracy",
    ]);
    expect(html).not.toMatch(/<svg|undefined|NaN/);
  });

  test("every figure has a title, a description and its table; ids are unique", async () => {
    const html = await renderReport(hostileReport());
    expect(count(html, /<figure>/g)).toBeGreaterThan(6);
    expect(count(html, /<details>/g)).toBe(count(html, /<figure>/g));
    const svgs = html.match(/<svg[\s\S]*?<\/svg>/g)!;
    for (const svg of svgs) {
      expect(svg).toMatch(/^<svg role="img" aria-labelledby="\S+ \S+"/);
      expect(svg).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/);
      const seen = svg.replace(/<clipPath[\s\S]*?<\/clipPath>/g, "");
      // Colours of the page, not of the library: one that slipped through would not turn dark.
      expect(seen).not.toMatch(/["=]#[0-9a-f]{3}|rgb\(/i);
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html).not.toMatch(/undefined|NaN/);
  });

  test("headings come in order", async () => {
    const html = await renderReport(hostileReport());
    const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    levels.slice(1).forEach((level, at) => {
      expect(level).toBeGreaterThan(1);
      expect(level - levels[at]!).toBeLessThanOrEqual(1);
    });
  });

  test("without a router there is the table, and no more", () => {
    const outcomes = outcomesOf(["a", "b"], [[1, 0]]);
    const marks = Float64Array.of(1);
    const data = reportData({
      title: "t",
      sources: [],
      outcomes,
      table: {
        columns: [{ name: "a", kind: "single", marks }],
        test: outcomes,
        bestSingle: "a",
        reference: marks,
        groups: Int32Array.of(0),
        seed: 1,
      },
    });
    expect(Object.keys(data).sort()).toEqual(["evaluation", "paper", "sources", "title"]);
  });
});
