/**
 * GRIB2 files to an archive, in two passes: all headers first, to know the hours, the grid and the best message for each place; then
 * values, hour by hour on all threads, so that memory does not grow with the number of hours.
 *
 *   of several messages for one variable and valid time, the one with the smallest lead is taken;
 *   two with the same lead must hold the same values
 *
 * It can be killed at any moment: the hours that are done stay in X.zarr.partial, and the next build of the same files goes on with
 * them to the same bytes (`journal.ts`).
 * @module
 */
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import {
  DecodeError,
  formatLead,
  formatTime,
  leadSeconds,
  type ReportProgress,
  RequestError,
  SECONDS_PER_HOUR,
  VARIABLE_NAMES,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { alone, type Lease } from "../../files/index.ts";
import { discardPartial, partialPath, publish, recoverStore } from "../../zarr/index.ts";
import { finishArchive } from "../finish.ts";
import { stepsBetween, timeAxis } from "../layout.ts";
import { type HourRecord, voidedNotes } from "../record.ts";
import type { SplitPlan, Splits } from "../splits.ts";
import { requireWritable, splitsFor } from "../write.ts";
import { type Catalog, catalogFiles } from "./catalog.ts";
import { findGribFiles, type GribFile } from "./files.ts";
import { hourKey, type JournalEntry, sweepStrays } from "./journal.ts";
import { type WorkPool, workPool } from "./pool.ts";
import { staticFields } from "./static-fields.ts";

export interface BuildOptions {
  /** Exactly these channels, in this order; every one must be found. Default: those of the seven that are there. */
  readonly variables?: readonly VariableName[];
  /** Default 1. */
  readonly stepHours?: number;
  /** Blocks, or a plan to cut them by; default `DEFAULT_SPLIT_PLAN`. */
  readonly splits?: Splits | SplitPlan;
  /** Where the data come from, for people. Default: "NOAA HRRR (GRIB2)" where every message says so, else "GRIB2 files". */
  readonly source?: string;
  /** Round values to HRRR's own precision (`rounding.ts`). Default false. */
  readonly rounding?: boolean;
  /** Files with the height of the ground and the land mask. Default: what of them is among the files. */
  readonly statics?: readonly string[];
  /** Threads to work on; 0 for none but the calling one. Default: as many as there are cores, or 0 where there is little to do. */
  readonly threads?: number;
  /** Replace an archive that is already there. Default false. */
  readonly overwrite?: boolean;
}

/** What there is to say about a build beside the archive itself. */
export interface BuildSummary {
  readonly files: number;
  /** Fields stored. */
  readonly fields: number;
  /** Messages that were copies of others. */
  readonly duplicates: number;
  /** Those of the seven that no file holds. Empty when variables were named. */
  readonly absent: readonly VariableName[];
  /** One line for each damaged, cut-off or odd thing; also in the archive's provenance. */
  readonly notes: readonly string[];
}

/**
 * Builds an archive from GRIB2 files, or folders of them.
 * @throws RequestError when a path, a variable or a common grid is missing, or times do not fit the step; DecodeError when two
 * messages that claim to be the same field differ.
 * @example await buildFromGrib(["hrrr"], "hrrr.zarr", { variables: ["refc", "t2m"] });
 */
export function buildFromGrib(
  paths: readonly string[],
  out: string,
  options: BuildOptions = {},
  report?: ReportProgress,
): Promise<BuildSummary> {
  return alone(out, (lease) => build(paths, out, options, { lease, report }));
}

async function build(
  paths: readonly string[],
  out: string,
  options: BuildOptions,
  { lease, report }: { lease: Lease; report: ReportProgress | undefined },
): Promise<BuildSummary> {
  const { stepHours = 1, overwrite = false, rounding = false } = options;
  await recoverStore(out);
  // Before the long work, not after it.
  await requireWritable(out, overwrite);
  const files = await findGribFiles(paths);
  const pool = workPool(await threadsFor(files, options.threads));
  try {
    const catalog = await catalogFiles(files, options.variables ?? VARIABLE_NAMES, pool, { report });
    const channels = options.variables ?? catalog.found;
    requireFound(channels, catalog, files.length);
    const found = [...catalog.candidates.keys()].sort((a, b) => a - b);
    requireSteps(found, { first: found[0], stepHours }, catalog);
    const [first, last] = [found[0], found[found.length - 1]];
    const space = { channels, grid: catalog.grid };
    const { fields: statics, notes: odd } = await staticFields(catalog, options.statics ?? [], pool);

    const folder = partialPath(out);
    const made = await makeHours(found, catalog, { folder, space, rounding, first, stepHours }, pool, report);
    const notes = [...catalog.notes, ...odd, ...made.notes, ...voidedNotes(made.records, channels)];
    const splits = splitsFor(options.splits, timeAxis(first, last, stepHours));
    const source = options.source ?? sourceOf(catalog);
    const provenance = { madeBy: "updraft archive build", inputs: made.inputs, notes };
    const plan = { space, first, last, stepHours, source, synthetic: false, splits, provenance, rounding, statics };
    const indices = made.records.map(({ time }) => (time - first) / leadSeconds(stepHours));
    await sweepStrays(folder, new Set(indices));
    await finishArchive(folder, plan, made.records);
    await lease.confirm();
    await publish(out, { overwrite });
    const absent = options.variables === undefined ? VARIABLE_NAMES.filter((name) => !channels.includes(name)) : [];
    return { files: files.length, fields: made.fields, duplicates: catalog.duplicates, absent, notes };
  } catch (error) {
    // Hours that are done are worth keeping when the rest can be put right; a store without one is litter.
    if (error instanceof NothingUsable) await discardPartial(out);
    throw error;
  } finally {
    await pool.close();
  }
}

/** What an archive's hours came to. */
export interface MadeHours {
  /** Ascending. */
  readonly records: readonly HourRecord[];
  /** Files that gave something, by name. */
  readonly inputs: readonly string[];
  readonly fields: number;
  readonly notes: readonly string[];
}

/** None of the messages decodes. */
class NothingUsable extends DecodeError {}

/**
 * Makes hours, on all threads, and gives their records in the order of time.
 * @throws DecodeError when nothing usable is in any of the messages, or two that claim to be the same field differ.
 */
export async function makeHours(
  times: readonly ValidTime[],
  { candidates }: Catalog,
  place: {
    folder: string;
    space: { channels: readonly VariableName[]; grid: Catalog["grid"] };
    rounding: boolean;
    first: ValidTime;
    stepHours: number;
  },
  pool: WorkPool,
  report: ReportProgress | undefined,
): Promise<MadeHours> {
  const { folder, space, rounding, first, stepHours } = place;
  const entries: JournalEntry[] = [];
  await pool.inOrder(
    times,
    (time) => {
      const index = (time - first) / leadSeconds(stepHours);
      const chosen = space.channels.map((channel) => candidates.get(time)?.get(channel) ?? []);
      const key = hourKey({ space, rounding, time, index }, chosen);
      return pool.hour({ folder, space, rounding, time, index, candidates: chosen, key });
    },
    (entry) => {
      entries.push(entry);
      report?.({ label: "write archive", done: entries.length, total: times.length, unit: "hours" });
    },
  );
  const records = entries.flatMap(({ hour }) => (hour === undefined ? [] : [hour.record]));
  const inputs = entries.flatMap((entry) => entry.inputs);
  if (records.length > 0) {
    const notes = entries.flatMap((entry) => entry.notes);
    return { records, inputs: [...new Set(inputs)].sort(), fields: inputs.length, notes };
  }
  throw new NothingUsable({
    place: `${times.length} hours`,
    expected: "at least one message whose data decode",
    got: "none",
    remedy: "fetch the files again",
  });
}

/** Bytes of files that one thread reads in a few seconds: starting others would take as long. */
const FEW_BYTES = 2 ** 25;

/** As many threads as asked for; else none for little work, and every core for much. */
export async function threadsFor(files: readonly GribFile[], wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) return wanted;
  let bytes = 0;
  for (const { path } of files) bytes += (await stat(path)).size;
  return bytes < FEW_BYTES ? 0 : availableParallelism();
}

function sourceOf({ hrrr }: Catalog): string {
  return hrrr ? "NOAA HRRR (GRIB2)" : "GRIB2 files";
}

function requireFound(channels: readonly VariableName[], { found }: Catalog, files: number): void {
  const lost = channels.filter((name) => !found.includes(name));
  if (lost.length === 0) return;
  throw new RequestError({
    place: `--variables ${channels.join(",")}`,
    expected: `each in at least one of ${files} files`,
    got: `none with ${lost.join(", ")}`,
    remedy: `leave ${lost.length === 1 ? "it" : "them"} out, or add files that hold ${lost.length === 1 ? "it" : "them"}`,
  });
}

/** The step that all times must be whole numbers of, and whether whoever asks may choose another. */
interface Steps {
  readonly first: ValidTime;
  readonly stepHours: number;
  readonly fixed?: boolean;
}

/** @throws RequestError for a time that is not whole steps after the first. */
export function requireSteps(
  times: readonly ValidTime[],
  { first, stepHours, fixed = false }: Steps,
  { candidates }: Catalog,
): void {
  const odd = times.find((time) => stepsBetween(first, time, stepHours) === undefined);
  if (odd === undefined) return;
  const file = [...(candidates.get(odd)?.values() ?? [])][0]?.[0]?.file.name ?? "files";
  throw new RequestError({
    place: file,
    expected: `a valid time whole steps of ${formatLead(stepHours)} after ${formatTime(first)}`,
    got: formatTime(odd),
    remedy: fixed ? "leave it out" : `leave it out, or choose another step: --step-hours ${commonStep(times)}`,
  });
}

/** The longest step that every time is whole numbers of after the first, in hours. */
function commonStep([first, ...others]: readonly ValidTime[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return others.reduce((step, time) => divisor(step, time - first), 0) / SECONDS_PER_HOUR;
}
