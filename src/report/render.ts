import type { ReportData } from "./data.js";
import { Figures } from "./figures.js";
import { escapeHtml, interval, name, percent, points } from "./html.js";
import {
  calibrationSection,
  costSection,
  deferralSection,
  plansSection,
  sharesSection,
  winsSection,
} from "./router-sections.js";
import { style } from "./style.js";
import { paperSection, tableSection } from "./table-section.js";
import { certificateSection, confusionSection, examplesSection } from "./text-sections.js";

/** Nothing is fetched and nothing runs; the styles stand in the page. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One HTML page that needs nothing else: no script, no request, readable in light and dark, on paper and on a phone. The same
 * data give the same bytes. Texts of the data are shown as text, whatever is in them.
 */
export async function renderReport(data: ReportData): Promise<string> {
  const { evaluation, paper, calibration, wins, deferral } = data;
  const figures = new Figures();
  const sections = [
    data.certificate ? certificateSection(data.certificate) : "",
    tableSection(evaluation),
    paper ? paperSection(paper, evaluation) : "",
    await costSection(evaluation, figures),
    await sharesSection(evaluation, figures),
    wins ? await winsSection(wins, figures) : "",
    calibration ? await calibrationSection(calibration, figures) : "",
    deferral ? await deferralSection(deferral, figures) : "",
    data.plans && data.plans.length > 0 ? await plansSection(data.plans, figures) : "",
    data.confusion ? confusionSection(data.confusion) : "",
    data.examples ? examplesSection(data.examples) : "",
  ].filter((html) => html !== "");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(data.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${name(data.title)}</h1>
${summary(data)}
${sections.join("\n")}
</main>
</body>
</html>
`;
}

function summary({ evaluation, sources }: ReportData): string {
  const { n, models, groups, folds, seed, bestSingle, rows, oracleGapShare, mde } = evaluation;
  const how = folds === undefined ? "judged on held-out prompts" : `${folds}-fold cross-validation`;
  const router = rows.find(({ kind }) => kind === "router");
  const facts = [
    `${n} prompts in ${groups} groups of near-duplicates`,
    `${models.length} models`,
    how,
    `seed ${seed}`,
    sources.map(name).join(", "),
  ].filter((fact) => fact !== "");
  const sentences = router && [
    `The router is right on ${percent(router.accuracy)} % of the prompts: ${points(router.gain)} points (95 % interval ${interval(router.gainLow, router.gainHigh, points)}) over the best single model, ${name(bestSingle)}.`,
    ...(oracleGapShare === undefined
      ? []
      : [`That is ${percent(oracleGapShare)} % of the way to the oracle.`]),
    ...(mde === undefined
      ? []
      : [`A gain of ${percent(mde)} points would have been found with a probability of 80 %.`]),
  ];
  return `<p class="meta">${facts.join(" · ")}</p>${sentences ? `\n<p class="lead">${sentences.join(" ")}</p>` : ""}`;
}
