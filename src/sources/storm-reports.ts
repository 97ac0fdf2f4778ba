/**
 * Storm reports of the Storm Prediction Center: what people saw of tornadoes, wind and hail, one CSV a kind and day.
 *
 *   YYMMDD_rpts[_filtered]_{torn|wind|hail}.csv      Time,F_Scale|Speed|Size,Location,County,State,Lat,Lon,Comments
 *
 * ⚠ The day runs from 12 UTC to 12 UTC and Time is HHMM UTC: before 1200 it belongs to the next date. Comments hold commas, and so may
 * places. Wind is in mph, hail in hundredths of an inch; UNK, U and EFU mean that nobody measured; M, E and G before a speed that it was
 * measured, estimated, a gust. The combined file `YYMMDD_rpts.csv` has a header for each kind. Reports are preliminary, typed by hand and
 * amended for days, so one odd line is no reason to lose a day:
 *
 *   a magnitude that is none   the report counts, its magnitude is NaN, and a note says so
 *   a time or place that is none, or too few columns   the line is left out, and a note says so; most lines of a file, and it is refused
 *
 * Source: https://www.spc.noaa.gov/climo/reports/; NOAA-EMC/EVS#471 for a day with an odd line.
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
/** Nothing above was ever reported: the strongest gust 407 km/h, the largest hailstone 8 inches. */
const STRONGEST_MPH = 300;
const LARGEST_HUNDREDTHS = 1200;

/** The second column of each header, and what its text means; `undefined` for a text that is no magnitude. */
const MAGNITUDES: Readonly<
  Record<string, { readonly kind: ReportKind; readonly read: (text: string) => number | undefined }>
> = {
  F_Scale: {
    kind: "torn",
    read: (text) => {
      const scale = /^(?:EF|F)?(?:([0-5])|U)$/i.exec(text);
      return scale === null ? undefined : Number(scale[1] ?? Number.NaN);
    },
  },
  Speed: { kind: "wind", read: (text) => scaled(text, STRONGEST_MPH, METERS_PER_SECOND_PER_MPH) },
  Size: { kind: "hail", read: (text) => scaled(text, LARGEST_HUNDREDTHS, METERS_PER_HUNDREDTH_INCH) },
};
const NOT_MEASURED = /^(?:UNK|U)?$/i;
const NUMBER = /^[MEG]{0,2}(\d+(?:\.\d+)?)$/i;

function scaled(text: string, most: number, unit: number): number | undefined {
  const value = Number(NUMBER.exec(text)?.[1] ?? Number.NaN);
  return value <= most ? value * unit : undefined;
}

const OTHER_COLUMNS = "Location,County,State,Lat,Lon,Comments";
/** Columns before the comments, and of the latitude, in a line whose place holds no comma. */
const COLUMNS_BEFORE_COMMENTS = 7;
const LATITUDE_COLUMN = 5;

/** What one file says. */
export interface ReportsOfDay {
  /** In the file's order, whatever kinds it holds. */
  readonly reports: readonly StormReport[];
  /** Lines that could not be read. */
  readonly leftOut: number;
  /** One line each for what was odd: the first of its sort in full, and how many more. */
  readonly notes: readonly string[];
}

/**
 * The reports of one file.
 * @param day 00 UTC of the date in the file's name
 * @throws DecodeError naming the line: no header, or an unknown one; or when more than half of the lines, and more than one, cannot be read
 */
export function parseReports(text: string, day: UtcSeconds, place: string): ReportsOfDay {
  const reports: StormReport[] = [];
  const odd: string[] = [];
  const unread: string[] = [];
  let magnitude: (typeof MAGNITUDES)[string] | undefined;
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "") continue;
    const at = `${place} line ${index + 1}`;
    const header = /^Time,([A-Za-z_]+),(.*)$/.exec(line);
    if (header !== null) {
      magnitude = magnitudeOf(header, at, line);
      continue;
    }
    if (magnitude === undefined) throw refusal(at, "a header", JSON.stringify(line.slice(0, 80)));
    const read = readLine(line, day, magnitude);
    if (typeof read === "string") {
      unread.push(`${at}: ${read}`);
      continue;
    }
    reports.push(read.report);
    if (read.odd !== undefined) odd.push(`${at}: ${read.odd}`);
  }
  if (magnitude === undefined) throw refusal(place, "storm reports", "no header");
  if (unread.length > 1 && unread.length > reports.length) {
    const lines = unread.length + reports.length;
    throw refusal(place, "storm reports", `${unread.length} of ${lines} lines that are none, such as ${unread[0]}`);
  }
  const notes = [noteOf(odd, "its magnitude is not known"), noteOf(unread, "the line is left out")];
  return { reports, leftOut: unread.length, notes: notes.filter((note) => note !== undefined) };
}

function noteOf([first, ...others]: readonly string[], what: string): string | undefined {
  if (first === undefined) return undefined;
  return `${first}; ${what}${others.length > 0 ? ` (and ${others.length} more in this file)` : ""}`;
}

function refusal(place: string, expected: string, got: string): DecodeError {
  return new DecodeError({ place, expected, got, remedy: "fetch the reports again" });
}

function magnitudeOf([, column, others]: RegExpExecArray, place: string, line: string): (typeof MAGNITUDES)[string] {
  if (Object.hasOwn(MAGNITUDES, column) && others.trim() === OTHER_COLUMNS) return MAGNITUDES[column];
  throw refusal(place, `Time,{F_Scale|Speed|Size},${OTHER_COLUMNS}`, JSON.stringify(line.slice(0, 80)));
}

/** The report of a line, with what is odd about it; or why there is none. */
function readLine(
  line: string,
  day: UtcSeconds,
  { kind, read }: (typeof MAGNITUDES)[string],
): { readonly report: StormReport; readonly odd?: string } | string {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length <= COLUMNS_BEFORE_COMMENTS) return `expected 8 columns, got ${cells.length}`;
  const time = reportTime(cells[0], day);
  if (time === undefined) return `expected a time HHMM, got ${JSON.stringify(cells[0])}`;
  const lat = latitudeColumn(cells);
  if (lat === undefined) {
    return `expected a latitude and longitude, got ${cells.slice(LATITUDE_COLUMN, LATITUDE_COLUMN + 2).join(",")}`;
  }
  const size = cells[1];
  const magnitude = NOT_MEASURED.test(size) ? Number.NaN : read(size);
  const report = {
    kind,
    time,
    magnitude: magnitude ?? Number.NaN,
    location: cells.slice(2, lat - 2).join(", "),
    county: cells[lat - 2],
    state: cells[lat - 1],
    latitudeDegrees: Number(cells[lat]),
    longitudeDegrees: Number(cells[lat + 1]),
    comments: line
      .split(",")
      .slice(lat + 2)
      .join(",")
      .trim(),
  };
  if (magnitude !== undefined) return { report };
  return { report, odd: `expected a magnitude or UNK, got ${JSON.stringify(size)}` };
}

/** Where the latitude stands: in its column, or, where a place holds commas, behind them and a state's two letters. */
function latitudeColumn(cells: readonly string[]): number | undefined {
  if (isPlace(cells[LATITUDE_COLUMN], cells[LATITUDE_COLUMN + 1])) return LATITUDE_COLUMN;
  const shifted = cells.findIndex(
    (cell, at) => at > LATITUDE_COLUMN && /^[A-Z]{2}$/.test(cells[at - 1]) && isPlace(cell, cells[at + 1]),
  );
  return shifted < 0 ? undefined : shifted;
}

const DEGREES = /^[-+]?\d+(?:\.\d*)?$/;

function isPlace(latitude: string, longitude: string | undefined): boolean {
  if (longitude === undefined || !DEGREES.test(latitude) || !DEGREES.test(longitude)) return false;
  return Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 360;
}

export const DAY_SECONDS: number = 86_400;
export const FIRST_HOUR: number = 12;

/** HHMM of a day that runs from 12 UTC to 12 UTC. */
function reportTime(text: string, day: UtcSeconds): UtcSeconds | undefined {
  const match = /^([01]\d|2[0-3])([0-5]\d)$/.exec(text.padStart(4, "0"));
  if (text === "" || match === null) return undefined;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  return day + (hour < FIRST_HOUR ? DAY_SECONDS : 0) + hour * 3600 + minute * 60;
}

/** @throws RequestError for a kind there is not */
export function parseReportKinds(text: string, place: string): ReportKind[] {
  return parseNames(text, place, REPORT_KINDS) as ReportKind[];
}
