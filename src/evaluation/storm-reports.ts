/**
 * Storm reports as something that happened on a grid: 1 where tornado, wind or hail was reported within a distance in the hour that ends at a
 * time, 0 elsewhere. Nobody reports where nobody lives, so 0 is weaker than it looks; and a forecast of reflectivity forecasts no reports.
 * Scores against reports say whether the right places were marked (ROC), not whether a probability was right.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  cellFinder,
  type Field,
  type Grid,
  RequestError,
  SECONDS_PER_HOUR,
  utcSeconds,
  type ValidTime,
} from "../core/index.ts";
import { parseReports, type StormReport } from "../sources/index.ts";
import { requireCellKm } from "./protocol.ts";

/** 240516_rpts_torn.csv, 240516_rpts_filtered_hail.csv, 240516_rpts.csv */
const REPORTS_FILE = /(\d\d)(\d\d)(\d\d)_rpts(?:_filtered)?(?:_(?:torn|wind|hail))?\.csv$/;

/** All reports of a folder, those of a day's several files told once. @throws RequestError without files, DecodeError */
export async function readReports(folder: string): Promise<StormReport[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => undefined);
  const files = (names ?? []).filter((name) => REPORTS_FILE.test(name)).sort();
  if (files.length === 0) {
    throw new RequestError({
      place: folder,
      expected: "a folder with storm reports (YYMMDD_rpts_torn.csv)",
      got: names === undefined ? "no folder" : "none",
      remedy: "get them with updraft fetch reports",
    });
  }
  const reports = new Map<string, StormReport>();
  for (const name of files) {
    const [year, month, day] = (REPORTS_FILE.exec(name) ?? []).slice(1).map(Number);
    const path = join(folder, name);
    for (const report of parseReports(await readFile(path, "utf8"), utcSeconds(2000 + year, month, day), path)) {
      const { kind, time, latitudeDegrees, longitudeDegrees } = report;
      reports.set(`${kind} ${time} ${latitudeDegrees} ${longitudeDegrees}`, report);
    }
  }
  return [...reports.values()];
}

/** Where a report lies within the radius in the hour before a time, ends included at the time, [ny, nx] of 0 and 1. */
export function reportedNearby(
  reports: readonly StormReport[],
  grid: Grid,
  radiusKm: number,
): (time: ValidTime) => Field {
  const find = cellFinder(grid);
  const reach = radiusKm / requireCellKm(grid, "reports");
  const { ny, nx } = grid;
  return (time) => {
    const happened = new Float32Array(ny * nx);
    for (const report of reports) {
      if (!(report.time > time - SECONDS_PER_HOUR && report.time <= time)) continue;
      const { i, j } = find(report.latitudeDegrees, report.longitudeDegrees);
      for (let row = Math.max(0, Math.ceil(j - reach)); row <= Math.min(ny - 1, j + reach); row++) {
        const half = Math.sqrt(reach * reach - (row - j) ** 2);
        for (let column = Math.max(0, Math.ceil(i - half)); column <= Math.min(nx - 1, i + half); column++) {
          happened[row * nx + column] = 1;
        }
      }
    }
    return happened;
  };
}
