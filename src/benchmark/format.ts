import type { Percentiles } from "./percentiles.js";
import type { BenchmarkReport } from "./report.js";

const nameWidth = 26;

/** The report for a terminal; ends in a line break. */
export function formatReport(report: BenchmarkReport): string {
  const { warm, cold, batches, memory } = report;
  const base = report.throughput[0]!.promptsPerSecond;
  return [
    `${report.prompts} prompts (mean ${report.meanCharacters.toFixed(0)} characters), ${report.models} models, ${report.simd}`,
    "",
    row("nanoseconds", ["p50", "p90", "p99", "p99.9"]),
    ...report.stages.map(({ stage, ...times }) => row(`  ${stage}`, numbers(times))),
    row("route(), warm", numbers(warm)),
    row("route(), cold", numbers(cold)),
    `${report.timer.toFixed(0)} ns for reading the timer are taken off; stages are differences of runs that end after them.`,
    "",
    ...report.throughput.map(({ threads, promptsPerSecond }) =>
      row(threads === 1 ? "1 thread" : `${threads} threads`, [
        rate(promptsPerSecond),
        `${(promptsPerSecond / base).toFixed(2)}x`,
      ]),
    ),
    row("scoreBatch, all cores", [rate(batches.promptsPerSecond)]),
    row("  event loop late", [
      ms(batches.late.p50),
      `p99 ${ms(batches.late.p99)}`,
      `max ${ms(batches.late.max)}`,
    ]),
    row("router loaded in", [ms(report.loadMilliseconds)]),
    row("memory of the router", [
      `${mib(memory.resident)} resident`,
      `${mib(memory.external)} external`,
    ]),
    "",
  ].join("\n");
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(18)).join("")}`.trimEnd();
}

function numbers({ p50, p90, p99, p999 }: Percentiles): string[] {
  return [p50, p90, p99, p999].map((time) => time.toFixed(0));
}

function rate(promptsPerSecond: number): string {
  return `${(promptsPerSecond / 1e6).toFixed(2)} M prompts/s`;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
