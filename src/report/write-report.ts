/**
 * A report in a folder: scores.json, scores.csv, plots/*.png and report.html. Each is written whole or not at all, the page last.
 * @module
 */
import { join } from "node:path";
import type { ReportProgress } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { csvOf } from "./csv.ts";
import { pageOf } from "./page.ts";
import { sectionsOf } from "./plots/sections.ts";
import { pngMaker, sheetSvg } from "./plots/sheet.ts";
import type { Report } from "./report.ts";

export interface WrittenReport {
  /** What a person opens. */
  readonly page: string;
  readonly plots: readonly string[];
}

export async function writeReport(report: Report, folder: string, progress?: ReportProgress): Promise<WrittenReport> {
  await writeAside(join(folder, "scores.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeAside(join(folder, "scores.csv"), csvOf(report));
  const sections = sectionsOf(report);
  const sheets = sections.flatMap((section) => section.sheets);
  const pictures = new Map<string, Uint8Array>();
  const plots: string[] = [];
  const { png, close } = await pngMaker();
  try {
    for (const [at, sheet] of sheets.entries()) {
      const picture = await png(sheetSvg(sheet));
      const file = join(folder, "plots", `${sheet.name}.png`);
      await writeAside(file, picture);
      pictures.set(sheet.name, picture);
      plots.push(file);
      progress?.({ label: "draw report", done: at + 1, total: sheets.length, unit: "plots" });
    }
  } finally {
    close();
  }
  const page = join(folder, "report.html");
  await writeAside(page, pageOf(report, sections, pictures));
  return { page, plots };
}
