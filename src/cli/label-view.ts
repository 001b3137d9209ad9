import type { ExtractionComparison, ModelSummary } from "../sampling/index.js";
import { percent } from "./format.js";

/** How a model did, and whether it was left out. */
export function summaryLine({ name, majority, rate, usable, viable }: ModelSummary): string {
  const left = viable ? "" : "  left out: too few of its answers can be read";
  return `  ${name}  ${percent(majority)}  ${percent(rate)}  readable ${percent(usable)}${left}`;
}

/** What the paper's extraction does to a model. */
export function comparisonLine({ name, differ, majority }: ExtractionComparison): string {
  const [ours, papers] = majority.map(percent);
  return `  ${name}  ${percent(differ)} of the answers differ; right by majority vote: ours ${ours}, the paper's ${papers}`;
}
