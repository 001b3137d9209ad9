/** One HTML page that shows how a router does. */

export type { ReportInput } from "./collect.js";
export { reportData } from "./collect.js";
export type { ReportData } from "./data.js";
export { renderReport } from "./render.js";
