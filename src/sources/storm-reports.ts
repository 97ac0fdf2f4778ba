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
import { DecodeError, type UtcSeconds } from "../core/index.ts";
import { parseNames } from "./parameters.ts";

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

export const DAY_SECONDS: number = 86_400;
export const FIRST_HOUR: number = 12;

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

/** @throws RequestError for a kind there is not */
export function parseReportKinds(text: string, place: string): ReportKind[] {
  return parseNames(text, place, REPORT_KINDS) as ReportKind[];
}
