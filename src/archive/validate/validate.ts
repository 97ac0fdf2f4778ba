/**
 * Holds an archive against its specification, docs/specs/archive-format.md: every array's metadata, every coordinate, every byte of every
 * hour, and everything the archive says of its hours computed anew. It changes nothing and stops at nothing it can go past.
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  formatHour,
  formatTime,
  isUpdraftError,
  leadSeconds,
  type ReportProgress,
  RequestError,
  type ValidTime,
} from "../../core/index.ts";
import { arrayMetadata, openStore, readFolderJson } from "../../zarr/index.ts";
import type { Archive } from "../archive.ts";
import { readMoments } from "../build/append.ts";
import { type WorkPool, workPool } from "../build/pool.ts";
import { ARCHIVE_VERSION, archiveArrays, archiveAttributes, archiveState } from "../layout.ts";
import { FROZEN, MISSING } from "../quality.ts";
import { openArchive } from "../read.ts";
import { flagFrozen, type HourRecord, momentsAt, trainingStatistics } from "../record.ts";
import type { Splits } from "../splits.ts";
import { STATIC_NAMES, type Statics } from "../statics.ts";
import { MOMENT_NAMES } from "../statistics.ts";
import type { StoredHour } from "./reread.ts";

export interface Validation {
  /** What was looked at. */
  readonly hours: number;
  readonly missingHours: number;
  readonly fields: number;
  readonly arrays: number;
  /** One line for each thing that is not as the specification says; none for a sound archive. */
  readonly problems: readonly string[];
}

/**
 * Reads the whole archive again. `threads` as in `BuildOptions`, default none.
 * @throws RequestError when there is no archive at the path, or one of an older version; DecodeError when its header cannot be read, so that nothing can be held to it.
 */
export async function validateArchive(
  path: string,
  { threads = 0 }: { readonly threads?: number } = {},
  report?: ReportProgress,
): Promise<Validation> {
  const archive = await openArchive(path);
  if (archive.version < ARCHIVE_VERSION) {
    throw new RequestError({
      place: path,
      expected: `an archive of version ${ARCHIVE_VERSION}`,
      got: `version ${archive.version}, whose cells were never searched for broken ones`,
      remedy: "build it again from its files with `updraft archive build --overwrite`",
    });
  }
  const problems: string[] = [];
  const pool = workPool(threads);
  try {
    checkSplits(archive, problems);
    await checkFiles(archive, problems);
    const arrays = await checkArrays(archive, problems);
    const records = await rereadHours(archive, pool, problems, report);
    await checkRecords(archive, records, problems);
    const present = archive.times.filter((time) => !isMissing(archive, time));
    return {
      hours: archive.times.length,
      missingHours: archive.times.length - present.length,
      fields: present.length * archive.channels.length,
      arrays,
      problems,
    };
  } finally {
    await pool.close();
  }
}

function isMissing(archive: Archive, time: ValidTime): boolean {
  return archive.quality(time).every((mask) => (mask & MISSING) !== 0);
}

function checkSplits({ splits }: { readonly splits: Splits }, problems: string[]): void {
  for (const [at, { split, first, last }] of splits.entries()) {
    if (last < first) problems.push(`split ${split}: ends ${formatTime(last)} before it begins ${formatTime(first)}`);
    if (at > 0 && first <= splits[at - 1].last) {
      problems.push(`split ${split}: begins ${formatTime(first)} within the block before it`);
    }
  }
}

/** Nothing is in the folder but what the specification names: a file too many is as odd as one too few. */
async function checkFiles(archive: Archive, problems: string[]): Promise<void> {
  const shards = new Set(
    archive.times.flatMap((time, at) => (isMissing(archive, time) ? [] : [`state/c/${at}/0/0/0`])),
  );
  const known = new Set(["zarr.json", ...shards]);
  const whole = archiveArrays(archive, columnsLike(archive));
  for (const { array } of whole) {
    known.add(`${array.name}/zarr.json`).add([array.name, "c", ...array.shape.map(() => "0")].join("/"));
  }
  known.add("state/zarr.json");
  const there = await readdir(archive.path, { recursive: true, withFileTypes: true });
  const files = there
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(archive.path.replace(/\/+$/, "").length + 1)
        .replaceAll("\\", "/"),
    );
  for (const file of files) if (!known.has(file)) problems.push(`${file}: a file that the format does not have`);
  for (const file of known) if (!files.includes(file)) problems.push(`${file}: absent`);
}

/** Columns of the right lengths, whose values are of no interest. */
function columnsLike({ times, channels, statics, grid, observedTime }: Archive): Parameters<typeof archiveArrays>[1] {
  const present: Statics = Object.fromEntries(
    STATIC_NAMES.filter((name) => statics.includes(name)).map((name) => [name, new Float32Array(grid.nx * grid.ny)]),
  );
  return {
    times,
    quality: new Uint16Array(times.length * channels.length),
    voided: new Int32Array(times.length * channels.length),
    leadHours: new Float32Array(times.length),
    moments: new Float64Array(times.length * channels.length * MOMENT_NAMES.length),
    statics: present,
    ...(observedTime && { observed: new Float64Array(times.length) }),
  };
}

/** Metadata, twice over, and the values of every coordinate. */
async function checkArrays(archive: Archive, problems: string[]): Promise<number> {
  const group = await openStore(archive.path, archive.identity);
  const whole = archiveArrays(archive, columnsLike(archive));
  const described = [archiveState(archive, archive.times.length), ...whole.map(({ array }) => array)];
  const groupText = (await readFolderJson(archive.path, "zarr.json")) as {
    attributes: Record<string, unknown>;
    consolidated_metadata: { metadata: Record<string, unknown> };
  };
  const [first, last] = [archive.times[0], archive.times[archive.times.length - 1]];
  const expected = archiveAttributes({ ...archive, first, last });
  for (const key of ["Conventions", "title", "source"]) {
    if (!same(groupText.attributes[key], expected[key])) {
      problems.push(
        `zarr.json attribute ${key}: ${JSON.stringify(groupText.attributes[key])} where ${JSON.stringify(expected[key])} is due`,
      );
    }
  }
  for (const array of described) {
    const wanted = arrayMetadata(array);
    const own = await readFolderJson(archive.path, `${array.name}/zarr.json`);
    if (!same(own, wanted)) problems.push(`${array.name}/zarr.json: not the metadata of format version 3`);
    if (!same(groupText.consolidated_metadata.metadata[array.name], wanted)) {
      problems.push(`zarr.json consolidated metadata of ${array.name}: not those of format version 3`);
    }
  }
  const measured = new Set(["quality", "voided_cells", "observed_time", "lead_hours", "moments", ...STATIC_NAMES]);
  for (const { array, values } of whole) {
    await goingOn(problems, async () => {
      const read = await (await group.array(array.name)).read(array.dataType);
      if (measured.has(array.name)) return;
      const at = [...values].findIndex((value, place) => !Object.is(value, read[place]));
      if (at >= 0) problems.push(`${array.name}[${at}]: ${String(read[at])} where ${String(values[at])} is due`);
    });
  }
  return described.length;
}

/** Every hour from its bytes. */
async function rereadHours(
  archive: Archive,
  pool: WorkPool,
  problems: string[],
  report: ReportProgress | undefined,
): Promise<HourRecord[]> {
  const { path, identity } = archive;
  const present = archive.times.filter((time) => !isMissing(archive, time));
  const records: HourRecord[] = [];
  let done = 0;
  await pool.inOrder(
    present,
    async (time): Promise<StoredHour | string> => {
      try {
        return await pool.reread({ path, identity, time, leadHours: archive.leadHours(time) });
      } catch (error) {
        if (!isUpdraftError(error)) throw error;
        return error.message;
      }
    },
    (stored, time) => {
      report?.({ label: "read archive", done: ++done, total: present.length, unit: "hours" });
      if (typeof stored === "string") {
        problems.push(stored);
        return;
      }
      records.push(stored.record);
      for (const channel of stored.unrounded)
        problems.push(`${formatHour(time)} ${channel}: values that are not rounded`);
    },
  );
  return records;
}

/** Flags, moments and statistics as they come out now against those stored. */
async function checkRecords(archive: Archive, records: readonly HourRecord[], problems: string[]): Promise<void> {
  const { channels, times } = archive;
  const flagged = await flagFrozen(records, leadSeconds(archive.stepHours), (time, channel) =>
    archive.readField(time, channels[channel]),
  );
  const read = new Set(records.map(({ time }) => time));
  const canBeFrozen = (time: ValidTime): boolean => {
    const before = (time - leadSeconds(archive.stepHours)) as ValidTime;
    return read.has(before) || before < times[0] || isMissing(archive, before);
  };
  await goingOn(problems, async () => {
    const columns = await readMoments(archive);
    for (const { time, flags, voided, moments } of flagged) {
      const stored = archive.quality(time);
      const gone = archive.voidedCells(time);
      for (const [channel, name] of channels.entries()) {
        const place = `${formatHour(time)} ${name}`;
        // Where the hour before is damaged nobody can tell whether this one is frozen.
        const mask = canBeFrozen(time) ? ~0 : ~FROZEN;
        if (((flags[channel] ^ stored[channel]) & mask) !== 0) {
          problems.push(`${place}: quality ${stored[channel]} is stored, ${flags[channel]} comes out`);
        }
        if (gone[channel] !== voided[channel])
          problems.push(`${place}: voided_cells ${gone[channel]} is stored, ${voided[channel]} comes out`);
        const held = momentsAt(columns, times.indexOf(time) * channels.length + channel);
        const off = MOMENT_NAMES.find((key) => !Object.is(held[key], moments[channel][key]));
        if (off !== undefined)
          problems.push(`${place}: ${off} ${held[off]} is stored, ${moments[channel][off]} comes out`);
      }
    }
  });
  if (records.length < times.filter((time) => !isMissing(archive, time)).length) return;
  for (const [at, statistics] of trainingStatistics(flagged, channels, archive.splits).entries()) {
    if (!same(statistics, archive.statistics[at])) problems.push(`statistics of ${channels[at]}: others come out`);
  }
}

/** Damage becomes a line of the report. */
async function goingOn(problems: string[], look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!isUpdraftError(error)) throw error;
    problems.push(error.message);
  }
}

/** Equal as JSON, in which NaN and NaN are equal too; the order of keys does not count. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry === "number" && !Number.isFinite(entry)) return String(entry);
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([x], [y]) => (x < y ? -1 : 1)));
  });
}
