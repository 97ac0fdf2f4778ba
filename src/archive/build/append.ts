/**
 * New hours for an archive: after its last one, or into its holes. An hour that is there stays as it is.
 *
 *   splits       stay as they were cut when the archive was made; hours after the last block are in none, unless they are cut anew
 *   statistics   merged again over the training split from the stored moments of every hour; no state is read a second time
 *
 * The longer archive is written aside, old shards linked and not copied, and takes the old one's place when it is whole: whoever reads
 * meanwhile reads the old one, and a killed append goes on with the hours it has.
 * @module
 */
import { copyFile, link, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type Field,
  leadSeconds,
  type ReportProgress,
  RequestError,
  VARIABLES,
  type ValidTime,
} from "../../core/index.ts";
import { alone, type Lease, makeFolder, newAside } from "../../files/index.ts";
import { openStore, partialPath, publish, recoverStore, shardPath } from "../../zarr/index.ts";
import type { Archive } from "../archive.ts";
import { finishArchive } from "../finish.ts";
import { archiveState, momentsShape, timeAxis, VOIDED_SINCE } from "../layout.ts";
import { FROZEN, MISSING } from "../quality.ts";
import { openArchive, requireShape } from "../read.ts";
import { type HourRecord, momentsAt, voidedNotes } from "../record.ts";
import type { SplitPlan, Splits } from "../splits.ts";
import { STATIC_NAMES, STATICS, type StaticName, type Statics } from "../statics.ts";
import { splitsFor } from "../write.ts";
import { makeHours, requireSteps, threadsFor } from "./build.ts";
import { catalogFiles } from "./catalog.ts";
import { findGribFiles } from "./files.ts";
import { sweepStrays } from "./journal.ts";
import { workPool } from "./pool.ts";
import { differenceOf, staticFields } from "./static-fields.ts";

export interface AppendOptions {
  /** Cut the splits anew over all hours: blocks, or a plan. Default: leave them. */
  readonly resplit?: Splits | SplitPlan;
  /** As in `BuildOptions`; only those the archive lacks are taken. */
  readonly statics?: readonly string[];
  /** As in `BuildOptions`. */
  readonly threads?: number;
}

export interface AppendSummary {
  readonly files: number;
  /** Hours and fields that are new. */
  readonly hours: number;
  readonly fields: number;
  /** Hours of the files that the archive had already. */
  readonly alreadyThere: number;
  readonly duplicates: number;
  readonly notes: readonly string[];
}

/**
 * Adds the hours of GRIB2 files to an archive.
 * @throws RequestError when there is no archive, or files have another grid, step or earlier times; else as `buildFromGrib`.
 * @example await appendFromGrib("hrrr.zarr", ["hrrr/20240507"]);
 */
export function appendFromGrib(
  path: string,
  paths: readonly string[],
  options: AppendOptions = {},
  report?: ReportProgress,
): Promise<AppendSummary> {
  return alone(path, (lease) => append(path, paths, options, { lease, report }));
}

async function append(
  path: string,
  paths: readonly string[],
  options: AppendOptions,
  { lease, report }: { lease: Lease; report: ReportProgress | undefined },
): Promise<AppendSummary> {
  await recoverStore(path);
  const archive = await openArchive(path);
  requireSearched(archive);
  const { channels, grid, stepHours, rounding } = archive;
  const [first] = archive.times;
  const files = await findGribFiles(paths);
  const pool = workPool(await threadsFor(files, options.threads));
  try {
    const catalog = await catalogFiles(files, channels, pool, { report, reference: { name: path, grid } });
    const found = [...catalog.candidates.keys()].sort((a, b) => a - b);
    // Places on disk count from the first hour: where earlier ones come, all others move up.
    const origin = Math.min(first, found[0]) as ValidTime;
    requireSteps([...found, first], { first: origin, stepHours, fixed: true }, catalog);
    const present = archive.times.filter((time) => isPresent(archive, time));
    const fresh = found.filter((time) => !present.includes(time));
    const [alreadyThere, { duplicates }] = [found.length - fresh.length, catalog];
    const given = await staticFields(catalog, options.statics ?? [], pool);
    const merged = await mergedStatics(archive, given.fields);
    const { statics } = merged;
    const early = [...catalog.notes, ...given.notes, ...merged.notes];
    const unchanged = Object.keys(statics).length === archive.statics.length && options.resplit === undefined;
    if (fresh.length === 0 && unchanged) {
      return { files: files.length, hours: 0, fields: 0, alreadyThere, duplicates, notes: early };
    }

    const folder = partialPath(path);
    const space = { channels, grid };
    const made =
      fresh.length === 0
        ? { records: [], inputs: [], fields: 0, notes: [] }
        : await makeHours(fresh, catalog, { folder, space, rounding, first: origin, stepHours }, pool, report);
    const records = [...(await storedRecords(archive, present)), ...made.records].sort((a, b) => a.time - b.time);
    const placeAfter = (start: ValidTime, time: ValidTime): number => (time - start) / leadSeconds(stepHours);
    await sweepStrays(folder, new Set(records.map(({ time }) => placeAfter(origin, time))));
    await linkShards(
      archive,
      folder,
      present.map((time) => [placeAfter(first, time), placeAfter(origin, time)]),
    );

    const notes = [...early, ...made.notes, ...voidedNotes(made.records, channels)];
    const last = Math.max(archive.times[archive.times.length - 1], records[records.length - 1].time) as ValidTime;
    const { provenance, source, synthetic } = archive;
    const splits =
      options.resplit === undefined ? archive.splits : splitsFor(options.resplit, timeAxis(origin, last, stepHours));
    const plan = {
      space,
      first: origin,
      last,
      stepHours,
      source,
      synthetic,
      splits,
      rounding,
      statics,
      provenance: {
        madeBy: provenance.madeBy,
        inputs: [...new Set([...provenance.inputs, ...made.inputs])].sort(),
        notes: [...provenance.notes, ...notes.filter((note) => !provenance.notes.includes(note))],
      },
    };
    await finishArchive(folder, plan, records);
    await lease.confirm();
    await publish(path, { overwrite: true });
    const { fields } = made;
    return { files: files.length, hours: made.records.length, fields, alreadyThere, duplicates, notes };
  } finally {
    await pool.close();
  }
}

function isPresent(archive: Archive, time: ValidTime): boolean {
  return !archive.quality(time).every((mask) => (mask & MISSING) !== 0);
}

/** What the archive says of its hours, as it was said when they were made. */
async function storedRecords(archive: Archive, present: readonly ValidTime[]): Promise<HourRecord[]> {
  const { channels, times } = archive;
  const columns = await readMoments(archive);
  return present.map((time) => {
    const at = times.indexOf(time) * channels.length;
    return {
      time,
      leadHours: archive.leadHours(time),
      ...(archive.observedTime && { observedAt: archive.observedTime(time) }),
      flags: [...archive.quality(time)].map((mask) => mask & ~FROZEN),
      voided: [...archive.voidedCells(time)],
      moments: channels.map((_, channel) => momentsAt(columns, at + channel)),
    };
  });
}

/** [time, channel, moment] as stored. @throws DecodeError when the array is absent, damaged or of another shape. */
export async function readMoments({ path, identity, times, channels }: Archive): Promise<Float64Array> {
  const array = await (await openStore(path, identity)).array("moments");
  const shape = momentsShape(times.length, channels.length);
  requireShape(array, shape, path);
  return array.read("float64");
}

/** The archive's own fields, and those it lacks; a note where the files have others than the archive. */
async function mergedStatics(
  archive: Archive,
  given: Statics,
): Promise<{ statics: Statics; notes: readonly string[] }> {
  const statics: Partial<Record<StaticName, Field>> = { ...given };
  const notes: string[] = [];
  for (const name of STATIC_NAMES) {
    const held = await archive.readStatic(name);
    if (held === undefined) continue;
    const other = given[name];
    const difference = other && differenceOf(held, other, STATICS[name].units);
    if (difference !== undefined) {
      notes.push(`${name} of the files is not the archive's, which stays: ${difference}`);
    }
    statics[name] = held;
  }
  return { statics, notes };
}

/** Shards never change once they are written, so the two archives may share them; across disks they are copied. */
async function linkShards(
  archive: Archive,
  folder: string,
  places: readonly (readonly [before: number, now: number])[],
): Promise<void> {
  const array = archiveState(archive, archive.times.length);
  for (const [before, now] of places) {
    const from = shardPath(archive.path, array, [before, 0, 0, 0]);
    const to = shardPath(folder, array, [now, 0, 0, 0]);
    await makeFolder(dirname(to));
    await rm(to, { force: true });
    try {
      await link(from, to);
    } catch {
      const aside = await newAside(to);
      await copyFile(from, aside);
      await rename(aside, to);
    }
  }
}

/** New hours are searched for cells that drop out; beside old ones that never were, nobody could tell which is which. */
function requireSearched({ path, version, channels }: Archive): void {
  const odd = channels.find((channel) => VARIABLES[channel].dropout !== undefined);
  if (version >= VOIDED_SINCE || odd === undefined) return;
  throw new RequestError({
    place: path,
    expected: `an archive of version ${VOIDED_SINCE}, whose ${odd} was searched for broken cells`,
    got: `version ${version}`,
    remedy: "build it again from its files with `updraft archive build --overwrite`",
  });
}
