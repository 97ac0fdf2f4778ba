/**
 * Storm reports of the Storm Prediction Center: what people saw of tornadoes, wind and hail, one CSV a kind and day.
 *
 *   YYMMDD_rpts[_filtered]_{torn|wind|hail}.csv      Time,F_Scale|Speed|Size,Location,County,State,Lat,Lon,Comments
 *
 * ⚠ The day runs from 12 UTC to 12 UTC and Time is HHMM UTC: before 1200 it belongs to the next date. Comments hold commas. Wind is in
 * mph, hail in hundredths of an inch; UNK means nobody measured. The combined file `YYMMDD_rpts.csv` has a header for each kind.
 * Reports are preliminary and amended for days. Source: https://www.spc.noaa.gov/climo/reports/
 * @module
 */
import { DecodeError, formatTime, isUpdraftError, type UtcSeconds } from "../core/index.ts";
import { dayAndHour } from "./file-names.ts";
import type { Way } from "./hrrr.ts";
import type { MissingRecord } from "./manifest.ts";
import { parseNames } from "./parameters.ts";
import { MISSING_AFTER_HOURS, type Shelf } from "./subset.ts";
import type { Estimate, Result, Task } from "./task.ts";
import { heldRecord, keepFile } from "./whole-file.ts";

export const REPORT_KINDS = ["torn", "wind", "hail"] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export interface StormReport {
  readonly kind: ReportKind;
  readonly time: UtcSeconds;
  /** Fujita scale 0–5; wind gust in m/s; hail diameter in m. NaN where it was not measured. */
  readonly magnitude: number;
  /** "5 W WYNNE": miles and direction from a place. */
  readonly location: string;
  /** Or a marine zone. */
  readonly county: string;
  readonly state: string;
  readonly latitudeDegrees: number;
  readonly longitudeDegrees: number;
  /** Ends with the forecast office: "… (MEG)". */
  readonly comments: string;
}

const METERS_PER_SECOND_PER_MPH = 0.44704;
const METERS_PER_HUNDREDTH_INCH = 0.000254;

/** The second column of each header, and what its numbers mean. */
const MAGNITUDES: Readonly<Record<string, { readonly kind: ReportKind; readonly read: (text: string) => number }>> = {
  F_Scale: { kind: "torn", read: (text) => Number(/^(?:EF|F)?([0-5])$/i.exec(text)?.[1] ?? Number.NaN) },
  Speed: { kind: "wind", read: (text) => Number(text) * METERS_PER_SECOND_PER_MPH },
  Size: { kind: "hail", read: (text) => Number(text) * METERS_PER_HUNDREDTH_INCH },
};
const OTHER_COLUMNS = "Location,County,State,Lat,Lon,Comments";
/** Columns before the comments, which may hold commas. */
const COLUMNS_BEFORE_COMMENTS = 7;

/**
 * The reports of one file in its order, whatever kinds it holds.
 * @param day 00 UTC of the date in the file's name
 * @throws DecodeError naming the line: no header, an unknown one, too few columns, a time or place that is none
 */
export function parseReports(text: string, day: UtcSeconds, place: string): StormReport[] {
  const reports: StormReport[] = [];
  let magnitude: (typeof MAGNITUDES)[string] | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const complain = (expected: string, got: string): DecodeError =>
      new DecodeError({ place: `${place} line ${index + 1}`, expected, got, remedy: "fetch the reports again" });
    const header = /^Time,([A-Za-z_]+),(.*)$/.exec(line);
    if (header !== null) {
      const [, column, others] = header;
      if (!Object.hasOwn(MAGNITUDES, column) || others.trim() !== OTHER_COLUMNS) {
        throw complain(`Time,{F_Scale|Speed|Size},${OTHER_COLUMNS}`, JSON.stringify(line.slice(0, 80)));
      }
      magnitude = MAGNITUDES[column];
      continue;
    }
    if (magnitude === undefined) throw complain("a header", JSON.stringify(line.slice(0, 80)));
    reports.push(parseReport(line, day, magnitude, complain));
  }
  if (magnitude === undefined) {
    throw new DecodeError({ place, expected: "storm reports", got: "no header", remedy: "fetch the reports again" });
  }
  return reports;
}

function parseReport(
  line: string,
  day: UtcSeconds,
  { kind, read }: (typeof MAGNITUDES)[string],
  complain: (expected: string, got: string) => DecodeError,
): StormReport {
  const cells = line.split(",");
  if (cells.length <= COLUMNS_BEFORE_COMMENTS) throw complain(`8 columns`, `${cells.length}`);
  const [clock, size, location, county, state, lat, lon] = cells.map((cell) => cell.trim());
  const [latitudeDegrees, longitudeDegrees] = [Number(lat), Number(lon)];
  if (lat === "" || lon === "" || !(Math.abs(latitudeDegrees) <= 90 && Math.abs(longitudeDegrees) <= 360)) {
    throw complain("a latitude and longitude", `${lat},${lon}`);
  }
  const magnitude = /^(?:UNK)?$/i.test(size) ? Number.NaN : read(size);
  if (Number.isNaN(magnitude) && !/^(?:UNK)?$/i.test(size)) throw complain("a magnitude or UNK", JSON.stringify(size));
  return {
    kind,
    time: reportTime(clock, day, complain),
    magnitude,
    location,
    county,
    state,
    latitudeDegrees,
    longitudeDegrees,
    comments: cells.slice(COLUMNS_BEFORE_COMMENTS).join(",").trim(),
  };
}

const DAY_SECONDS = 86_400;
const FIRST_HOUR = 12;

/** HHMM of a day that runs from 12 UTC to 12 UTC. */
function reportTime(
  text: string,
  day: UtcSeconds,
  complain: (expected: string, got: string) => DecodeError,
): UtcSeconds {
  const match = /^([01]\d|2[0-3])([0-5]\d)$/.exec(text.padStart(4, "0"));
  if (match === null) throw complain("a time HHMM", JSON.stringify(text));
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  return day + (hour < FIRST_HOUR ? DAY_SECONDS : 0) + hour * 3600 + minute * 60;
}

/** "180615_rpts_filtered_hail.csv"; without a kind the combined file. */
export function reportsFileName(day: UtcSeconds, kind: ReportKind | undefined, filtered: boolean): string {
  const date = dayAndHour(day).day.slice(2);
  return `${date}_rpts${filtered ? "_filtered" : ""}${kind === undefined ? "" : `_${kind}`}.csv`;
}

export interface ReportsRequest {
  /** 00 UTC of each convective day. */
  readonly days: readonly UtcSeconds[];
  readonly kinds: readonly ReportKind[];
  /** Without reports of the same event by several people. */
  readonly filtered: boolean;
  /** Fetch again what is there: reports are amended for days. */
  readonly refresh: boolean;
}

const LARGEST_FILE = 2 ** 23;
/** One task for each day and kind. */
export function reportsTasks({ days, kinds, filtered, refresh }: ReportsRequest, way: Way, shelf: Shelf): Task[] {
  return days.flatMap((day) =>
    kinds.map((kind) => reportsTask(day, reportsFileName(day, kind, filtered), refresh, way, shelf)),
  );
}

function reportsTask(day: UtcSeconds, name: string, refresh: boolean, { http, sites }: Way, shelf: Shelf): Task {
  const path = `reports/${name}`;
  const url = `${sites.spc.base}/${name}`;
  const end = day + DAY_SECONDS + FIRST_HOUR * 3600;
  const provenance = { path, initTime: formatTime(day), leadHours: 0, source: "spc", url };
  const known = async (): Promise<Result | undefined> => {
    const held = refresh ? undefined : await heldRecord(path, shelf);
    if (held !== undefined) return { kind: "kept", record: held };
    const record = shelf.manifest.records.get(path);
    const ask = record?.status !== "missing" || shelf.retryMissing === true || refresh;
    return ask ? undefined : { kind: "missing", record };
  };
  const run: Task["run"] = async (ledger) => {
    const before = await known();
    if (before !== undefined) return before;
    try {
      const content = await http.whole("spc", url, LARGEST_FILE);
      if (content === undefined) {
        // A day that is not over has no file yet.
        if (shelf.clock.now() - end < MISSING_AFTER_HOURS * 3600) return { kind: "pending", path };
        const record: MissingRecord = {
          path,
          status: "missing",
          initTime: formatTime(day),
          leadHours: 0,
          tried: ["spc"],
          absent: [],
        };
        await shelf.manifest.add(record);
        return { kind: "missing", record };
      }
      const { bytes, lastModified } = content;
      parseReports(new TextDecoder().decode(bytes), day, url);
      ledger.expect(bytes.length);
      ledger.gain(bytes.length);
      const time = lastModified === undefined ? {} : { lastModified: formatTime(lastModified) };
      const record = await keepFile(bytes, { ...provenance, ...time }, shelf);
      return { kind: "fetched", record, fetchedBytes: bytes.length };
    } catch (error) {
      if (isUpdraftError(error)) return { kind: "failed", path, error };
      throw error;
    }
  };
  const estimate = async (): Promise<Estimate> => {
    const before = await known();
    if (before?.kind === "kept") return { kind: "kept", bytes: before.record.bytes };
    if (before !== undefined) return { kind: "missing" };
    const version = await http.head("spc", url);
    if (version === undefined) return { kind: "missing" };
    return { kind: "fetch", source: "spc", bytes: version.size, requests: 1, absent: [] };
  };
  return { path, estimate, run };
}

/** @throws RequestError for a kind there is not */
export function parseReportKinds(text: string, place: string): ReportKind[] {
  return parseNames(text, place, REPORT_KINDS) as ReportKind[];
}
