/**
 * What a build remembers of its hours while it is under way, so that after a kill it goes on with those it has:
 *
 *   X.zarr.partial/journal.partial/SECONDS.json    {key, time, inputs, notes, hour: {record, shard}}    one file an hour, written last
 *
 * The key is a digest of all that the hour is made of: messages, channels, grid, rounding, place on the axis. An hour counts as done when
 * its key is the one wanted now and the bytes of its shard have the digest written down. `publish` sweeps the journal away.
 * @module
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StateSpace, ValidTime } from "../../core/index.ts";
import { writeAside } from "../../files/index.ts";
import type { HourRecord } from "../record.ts";
import { MOMENT_NAMES, type Moments } from "../statistics.ts";
import type { Candidate } from "./catalog-file.ts";
import { digestOf } from "./files.ts";

export interface JournalEntry {
  readonly key: string;
  readonly time: ValidTime;
  /** Names of the files its fields came from, one a field. */
  readonly inputs: readonly string[];
  readonly notes: readonly string[];
  /** Absent when none of the messages decodes. */
  readonly hour?: { readonly record: HourRecord; readonly shard: string };
}

const JOURNAL = "journal.partial";
const entryPath = (folder: string, time: ValidTime): string => join(folder, JOURNAL, `${time}.json`);

/** The digest of what an hour is made of. */
export function hourKey(
  place: { space: StateSpace; rounding: boolean; time: ValidTime; index: number },
  candidates: readonly (readonly Candidate[])[],
): string {
  const made = candidates.map((rivals) =>
    rivals.map(({ digest, index, leadHours, file }) => [digest, index, leadHours, file.name]),
  );
  return digestOf(new TextEncoder().encode(JSON.stringify([JOURNAL_VERSION, place, made])));
}

/** Counts up when hours come to be made in another way. */
const JOURNAL_VERSION = 2;

export async function writeJournalEntry(folder: string, entry: JournalEntry): Promise<void> {
  await writeAside(entryPath(folder, entry.time), `${JSON.stringify(entry, withEveryNumber)}\n`);
}

/** The entry of an hour that is done and whole on disk; `undefined` means: make it. */
export async function readJournalEntry(
  folder: string,
  { time, key, shard }: { time: ValidTime; key: string; shard: string },
): Promise<JournalEntry | undefined> {
  const text = await readFile(entryPath(folder, time), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const entry = parsed(text);
  if (entry?.key !== key) return undefined;
  if (entry.hour === undefined) return entry;
  const bytes = await readFile(shard).catch(() => undefined);
  if (bytes === undefined || digestOf(bytes) !== entry.hour.shard) return undefined;
  const { record, shard: digest } = entry.hour;
  return { ...entry, hour: { record: { ...record, moments: record.moments.map(restored) }, shard: digest } };
}

/** A line the disk lost half of, in a failure of power, is no line. */
function parsed(text: string): JournalEntry | undefined {
  try {
    return JSON.parse(text) as JournalEntry;
  } catch {
    return undefined;
  }
}

/** JSON has neither NaN nor infinities. */
function withEveryNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function restored(moments: Readonly<Record<keyof Moments, number | string>>): Moments {
  return Object.fromEntries(MOMENT_NAMES.map((name) => [name, Number(moments[name])])) as unknown as Moments;
}

/** Removes what an earlier attempt left and this build does not speak for: shards of other hours, arrays of another plan. */
export async function sweepStrays(folder: string, kept: ReadonlySet<number>): Promise<void> {
  const remove = (...path: string[]): Promise<void> => rm(join(folder, ...path), { recursive: true, force: true });
  const namesIn = (...path: string[]): Promise<string[]> => readdir(join(folder, ...path)).catch(() => []);
  for (const name of await namesIn()) if (name !== "state" && name !== JOURNAL) await remove(name);
  for (const name of await namesIn("state")) if (name !== "c") await remove("state", name);
  for (const name of await namesIn("state", "c")) if (!kept.has(Number(name))) await remove("state", "c", name);
}
