/**
 * Fetching storm reports: one CSV a kind and day, read once to see that it can be. SPC rewrites a day's file for about eight days, so one that
 * was fetched within two weeks of its day is looked at again, and taken anew where it changed. Source: https://www.spc.noaa.gov/climo/reports/
 * @module
 */
import { createHash } from "node:crypto";
import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { formatTime, parseTime, TransferError, type UtcSeconds } from "../core/index.ts";
import { dayAndHour } from "./file-names.ts";
import { knownFirst } from "./known-first.ts";
import { type HeldRecord, type MissingRecord, NO_SUCH_FILE } from "./manifest.ts";
import { MISSING_AFTER_HOURS, type Shelf } from "./shelf.ts";
import { DAY_SECONDS, FIRST_HOUR, parseReports, type ReportKind } from "./storm-reports.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";
import type { Way } from "./way.ts";
import { heldRecord, keepFile } from "./whole-file.ts";

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
  /** Fetch again what is there, whatever its age. */
  readonly refresh: boolean;
}

const LARGEST_FILE = 2 ** 23;

/** A day is rewritten for about eight days; so long after its end, what was fetched then stays. */
const AMENDED_FOR_DAYS = 14;

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
  const file = join(shelf.folder, path);
  // When a file was fetched, or last found to be what SPC still has, is its modification time.
  const isFinal = async (held: HeldRecord): Promise<boolean> => {
    // A file kept while its day was under way is no file of that day yet.
    const early = held.lastModified !== undefined && parseTime(held.lastModified, path) < end;
    return !early && (await stat(file)).mtimeMs / 1000 >= end + AMENDED_FOR_DAYS * DAY_SECONDS;
  };
  const known = async (): Promise<Result | undefined> => {
    const held = refresh ? undefined : await heldRecord(path, shelf);
    if (held !== undefined && (await isFinal(held))) return { kind: "kept", record: held };
    const record = shelf.manifest.records.get(path);
    const ask = record?.status !== "missing" || shelf.retryMissing === true || refresh;
    return ask ? undefined : { kind: "missing", record };
  };
  const fetch = async (ledger: Ledger): Promise<Result> => {
    const held = await heldRecord(path, shelf);
    const content = await http.whole("spc", url, LARGEST_FILE).catch((error: unknown) => {
      if (held !== undefined && error instanceof TransferError) return undefined;
      throw error;
    });
    // What is held stays while SPC cannot be reached.
    if (content === undefined && held !== undefined) return { kind: "kept", record: held };
    if (content === undefined) {
      // A day that is not over has no file yet.
      if (shelf.clock.now() - end < MISSING_AFTER_HOURS * 3600) return { kind: "pending", path };
      const record: MissingRecord = {
        path,
        status: "missing",
        initTime: formatTime(day),
        leadHours: 0,
        because: NO_SUCH_FILE,
        tried: ["spc"],
        absent: [],
      };
      await shelf.manifest.add(record);
      return { kind: "missing", record };
    }
    const { bytes, lastModified, servedBy } = content;
    if (held !== undefined && !refresh && createHash("sha256").update(bytes).digest("hex") === held.sha256) {
      await utimes(file, shelf.clock.now(), shelf.clock.now());
      return { kind: "kept", record: held };
    }
    parseReports(new TextDecoder().decode(bytes), day, url);
    ledger.expect(bytes.length);
    ledger.gain(bytes.length);
    const origin = {
      ...(servedBy !== undefined && { servedBy: [servedBy] }),
      ...(lastModified !== undefined && { lastModified: formatTime(lastModified) }),
    };
    const record = await keepFile(bytes, { ...provenance, ...origin }, shelf);
    return { kind: "fetched", record, fetchedBytes: bytes.length };
  };
  const survey = async (): Promise<Estimate> => {
    const version = await http.head("spc", url);
    if (version === undefined) return { kind: "missing" };
    return { kind: "fetch", source: "spc", bytes: version.size, requests: 1, absent: [] };
  };
  return knownFirst({ path, known, fetch, survey });
}
