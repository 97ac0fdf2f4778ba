/**
 * Storm reports as something that happened on a grid: 1 where tornado, wind or hail was reported within a distance in the hour that ends at a
 * time, 0 elsewhere. Nobody reports where nobody lives, so 0 is weaker than it looks; and a forecast of reflectivity forecasts no reports.
 * Scores against reports say whether the right places were marked (ROC), not whether a probability was right.
 *
 * A day whose file is not there is no day without storms: nobody knows what was reported. SPC's days run from 12 to 12 UTC, a file a kind, or
 * one for all; an hour can be told where every kind that the folder holds of any day is there for each day it touches, and was last
 * changed after it: a file fetched while its day was under way says nothing of what came later.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  cellFinder,
  type Field,
  formatTime,
  type Grid,
  parseTime,
  RequestError,
  SECONDS_PER_HOUR,
  type UtcSeconds,
  utcSeconds,
  type ValidTime,
} from "../core/index.ts";
import { parseReports, REPORT_KINDS, type ReportKind, readManifest, type StormReport } from "../sources/index.ts";
import { convectiveDay } from "./cases.ts";
import { requireCellKm } from "./protocol.ts";

/** 240516_rpts_torn.csv, 240516_rpts_filtered_hail.csv, 240516_rpts.csv */
const REPORTS_FILE = /(\d\d)(\d\d)(\d\d)_rpts(?:_filtered)?(?:_(torn|wind|hail))?\.csv$/;

export interface StormReports {
  /** Those of a day's several files told once. */
  readonly reports: readonly StormReport[];
  /** The kinds whose files are there, by convective day (`convectiveDay`), and up to when each tells. */
  readonly kinds: ReadonlyMap<number, ReadonlyMap<ReportKind, UtcSeconds>>;
  /** One line each for what was odd in the files. */
  readonly notes: readonly string[];
}

/** All reports of a folder, and of which days they are. @throws RequestError without files, DecodeError for one that is no such file */
export async function readReports(folder: string): Promise<StormReports> {
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
  const kinds = new Map<number, Map<ReportKind, UtcSeconds>>();
  const changed = await lastChanges(folder);
  const notes: string[] = [];
  for (const name of files) {
    const [, ...date] = REPORTS_FILE.exec(name) as RegExpExecArray;
    const kind = date[3] as ReportKind | undefined;
    const path = join(folder, name);
    const day = dayOf(date, path);
    const read = parseReports(await readFile(path, "utf8"), day, path);
    notes.push(...read.notes);
    const held = kinds.get(convectiveDay(day + NOON)) ?? new Map<ReportKind, UtcSeconds>();
    kinds.set(convectiveDay(day + NOON), held);
    const until = changed.get(name) ?? Number.POSITIVE_INFINITY;
    for (const one of kind === undefined ? REPORT_KINDS : [kind])
      held.set(one, Math.max(until, held.get(one) ?? until));
    for (const report of read.reports) {
      const { kind: own, time, latitudeDegrees, longitudeDegrees } = report;
      reports.set(`${own} ${time} ${latitudeDegrees} ${longitudeDegrees}`, report);
    }
  }
  return { reports: [...reports.values()], kinds, notes };
}

/** When the server last changed each file, by the manifest of `updraft fetch reports`; nothing is known of files from elsewhere. */
async function lastChanges(folder: string): Promise<Map<string, UtcSeconds>> {
  const records = await readManifest(folder);
  return new Map(
    [...records.values()].flatMap((record): [string, UtcSeconds][] =>
      record.status === "held" && record.lastModified !== undefined
        ? [[record.path, parseTime(record.lastModified, record.path)]]
        : [],
    ),
  );
}

const NOON = 12 * SECONDS_PER_HOUR;

function dayOf([year, month, day]: readonly string[], path: string): UtcSeconds {
  try {
    return utcSeconds(2000 + Number(year), Number(month), Number(day));
  } catch (cause) {
    const got = `20${year}-${month}-${day}`;
    throw new RequestError({ place: path, expected: "a name that begins with a date YYMMDD", got }, { cause });
  }
}

/** What was reported, hour by hour. */
export interface ReportedStorms {
  /** Why an hour that ends at a time cannot be told, in words; `undefined` when it can. */
  readonly refusal: (time: ValidTime) => string | undefined;
  /** 1 where a report lies within the radius in the hour before a time, which belongs to it, 0 elsewhere: [ny, nx]. */
  readonly happened: (time: ValidTime) => Field;
}

/** Reports on a grid, within a radius. @throws ConfigError for a grid without kilometers */
export function reportedNearby({ reports, kinds }: StormReports, grid: Grid, radiusKm: number): ReportedStorms {
  const wanted = REPORT_KINDS.filter((kind) => [...kinds.values()].some((held) => held.has(kind)));
  return {
    refusal: (time) => {
      // The instant at which a day ends is told by that day: of the next, one minute of sixty is not worth the hour.
      for (const day of new Set([convectiveDay(time - SECONDS_PER_HOUR), convectiveDay(time - 1)])) {
        const held = kinds.get(day);
        const absent = wanted.filter((kind) => !((held?.get(kind) ?? Number.NEGATIVE_INFINITY) >= time));
        if (absent.length === 0) continue;
        const what = absent.length === wanted.length ? "" : `${absent.join(" and ")} `;
        const date = formatTime(day * 24 * SECONDS_PER_HOUR + NOON).slice(0, 10);
        return `without ${what}reports of ${date}, judged by all else`;
      }
      return undefined;
    },
    happened: happenedNearby(reports, grid, radiusKm),
  };
}

function happenedNearby(reports: readonly StormReport[], grid: Grid, radiusKm: number): (time: ValidTime) => Field {
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
