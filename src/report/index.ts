/** Report: what a verification found, as JSON, CSV, pictures and a page that a person can read from top to bottom. */
export { csvOf } from "./csv.ts";
export type { DriftRow } from "./drift.ts";
export { eventSigns, metricSigns } from "./event-words.ts";
export { type Report, type ReportOptions, reportOf, type SystemSummary } from "./report.ts";
export { DAYS_FOR_A_BASIS, DAYS_FOR_A_HINT, type Judgment, type Verdict, verdictsOf } from "./verdicts.ts";
export { type WrittenReport, writeReport } from "./write-report.ts";
