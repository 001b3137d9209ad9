import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../src/report/render.js";
import { chromiumPath, hasChromium, hostile, hostileReport } from "./fixtures.js";

describe.skipIf(!hasChromium)("in a real browser (skipped where there is no chromium)", () => {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-report-"));
  const file = join(folder, "report.html");
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, await renderReport(hostileReport()));
    browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(width: number, colorScheme: "light" | "dark") {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const messages: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, messages, requests };
  }

  test.each([
    [360, "light"],
    [360, "dark"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)(
    "%i pixels, %s: no message, no request, no sideways scrolling",
    async (width, scheme) => {
      const { page, messages, requests } = await open(width, scheme);
      // Tables behind a summary are part of the page too.
      await page.locator("summary").evaluateAll((all) => {
        for (const one of all) one.parentElement!.setAttribute("open", "");
      });
      expect(messages).toEqual([]);
      expect(requests).toEqual([pathToFileURL(file).href]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        width,
      );
      expect(await page.locator("svg:visible").count()).toBeGreaterThan(6);
      await page.close();
    },
  );

  test("names and prompts that try to break out are text", async () => {
    const { page } = await open(1280, "light");
    expect(await page.title()).toBe(hostile[0]);
    expect(await page.locator("h1").textContent()).toBe(hostile[0]);
    expect(await page.locator("script, img, iframe, object, [onerror]").count()).toBe(0);
    expect(await page.locator("style").count()).toBe(1);
    expect(await page.locator("blockquote").first().isVisible()).toBe(true);
    for (const character of "\u0000\u001b\u202c\u202e") {
      expect(await page.content()).not.toContain(character);
    }
    await page.close();
  });

  test.each(["light", "dark"] as const)("text stands out from the page, %s", async (scheme) => {
    const { page } = await open(1280, scheme);
    const ratios = await contrasts(page);
    expect(ratios.length).toBeGreaterThan(100);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
    await page.close();
  });
});

/** Contrast ratio (WCAG 2) of each piece of visible text, in HTML and in drawings, with the page behind it. */
function contrasts(page: Page): Promise<number[]> {
  return page.evaluate(`(() => {
    const parse = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const luminance = (colour) => {
      const [r, g, b] = parse(colour).map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (/^rgb\\(/.test(colour)) return colour;
      }
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const ratios = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility() || /^(title|desc)$/i.test(element.tagName)) continue;
      const style = getComputedStyle(element);
      const ink = element instanceof SVGElement ? style.fill : style.color;
      const [high, low] = [luminance(ink), luminance(behind(element))].sort((a, b) => b - a);
      ratios.push((high + 0.05) / (low + 0.05));
    }
    return ratios;
  })()`);
}
