import type { CertificateData, Confusion, Example, Examples } from "./data.js";
import { escapeHtml, interval, name, percent, points, section, table } from "./html.js";

/** Models with nothing in their line and column are left out. */
export function confusionSection({ models, counts }: Confusion): string {
  const busy = models
    .map((_, model) => model)
    .filter((model) => counts[model]!.some(Boolean) || counts.some((line) => line[model]! > 0));
  const total = (model: number) => counts[model]!.reduce((sum, count) => sum + count, 0);
  const cell = (model: number, chosen: number) => {
    const count = counts[model]![chosen]!;
    const share = count / Math.max(1, total(model));
    return `<span class="heat" style="--heat:${share.toFixed(3)}">${count === 0 ? "·" : count}</span>`;
  };
  const caption =
    "Prompts that one model alone gets right, by that model (row) and the one that the router chose (column).";
  const html = table(
    [
      { head: "only right", cell: (model: number) => name(models[model]!) },
      ...busy.map((chosen) => ({
        head: models[chosen]!,
        number: true,
        cell: (model: number) => cell(model, chosen),
      })),
      { head: "prompts", number: true, cell: (model: number) => `${total(model)}` },
    ],
    busy,
    { caption },
  );
  const found = models.reduce((sum, _, model) => sum + counts[model]![model]!, 0);
  const all = models.reduce((sum, _, model) => sum + total(model), 0);
  return section(
    "Which models are taken for which",
    `<p>Where one model alone is right, the router chose it in ${found} of ${all} prompts (${percent(found / all)} %).</p>`,
    `<div class="confusion">${html}</div>`,
  );
}

export function examplesSection({ right, wrong }: Examples): string {
  const list = (heading: string, examples: readonly Example[]) =>
    examples.length === 0
      ? ""
      : `<h3>${heading}</h3>\n<ul class="examples">\n${examples.map(item).join("\n")}\n</ul>`;
  const lists = [
    list("The router was right, the best single model was not", right),
    list("The router was wrong, another model was right", wrong),
  ];
  if (lists.every((html) => html === "")) return "";
  return section("Examples", "<p>Evenly spaced over all such prompts.</p>", ...lists);
}

function item({ prompt, task, chosen, probability, right }: Example): string {
  const sure = probability === undefined ? "" : ` (said ${percent(probability, 0)} %)`;
  const others = right.filter((model) => model !== chosen);
  const rest = right.includes(chosen) ? "also right" : "right";
  const facts = [
    ...(task === undefined ? [] : [escapeHtml(task)]),
    `chosen ${name(chosen)}${sure}`,
    `${rest}: ${others.map(name).join(", ") || "none"}`,
  ];
  return `<li><blockquote dir="auto">${escapeHtml(prompt)}</blockquote><p class="note">${facts.join(" · ")}</p></li>`;
}

export function certificateSection(certificate: CertificateData): string {
  const { gain, gainLow, gainHigh, calibration, contamination } = certificate;
  const facts: [term: string, html: string][] = [
    ["gain", `${points(gain)} points (${interval(gainLow, gainHigh, points)})`],
    ["router", `${percent(certificate.routerAccuracy)} %`],
    [
      "best single model",
      `${name(certificate.bestSingle)}, ${percent(certificate.bestSingleAccuracy)} %`,
    ],
    ["smallest gain that would be found", `${points(certificate.minimumDetectableEffect)} points`],
    ...(certificate.gate === undefined
      ? []
      : [["gate", escapeHtml(certificate.gate)] as [string, string]]),
    [
      "calibration",
      `ECE ${percent(calibration.ece)} points, Brier ${calibration.brier.toFixed(3)}`,
    ],
    [
      "judged on",
      `${certificate.prompts} prompts (${certificate.groups} groups of near-duplicates), ${certificate.folds} folds, seed ${certificate.seed}`,
    ],
    ["fingerprint of the data", `<code>${escapeHtml(certificate.fingerprint)}</code>`],
  ];
  const list = facts.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join("\n");
  const verdicts =
    contamination.length === 0
      ? ""
      : table(
          [
            { head: "model", cell: ({ model }) => name(model) },
            { head: "training, %", number: true, cell: ({ train }) => percent(train) },
            { head: "clean, %", number: true, cell: ({ clean }) => percent(clean) },
            { head: "z", number: true, cell: ({ z }) => z.toFixed(1) },
            {
              head: "verdict",
              cell: ({ contaminated }) => (contaminated ? "contaminated" : "no sign"),
            },
          ],
          contamination,
          { caption: "Contamination: success on training and on clean questions" },
        );
  return section("Certificate", `<dl>${list}</dl>`, verdicts);
}
