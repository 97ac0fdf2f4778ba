/**
 * GRIB2 files to an archive, in two passes: all headers first, to know the hours, the grid and the best message for each place; then
 * values, one hour at a time, so that memory does not grow with the number of hours.
 *
 *   of several messages for one variable and valid time, the one with the smallest lead is taken;
 *   two with the same lead must hold the same values
 * @module
 */
import {
  cellCount,
  DecodeError,
  type Field,
  formatTime,
  type ReportProgress,
  RequestError,
  SECONDS_PER_HOUR,
  VARIABLE_NAMES,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { decodeValues, fieldsOf, toSouthUp } from "../../grib2/index.ts";
import { stepsBetween } from "../layout.ts";
import type { SplitPlan } from "../splits.ts";
import { type ArchiveHour, createArchive, requireWritable } from "../write.ts";
import { type Candidate, type Catalog, catalogFiles } from "./catalog.ts";
import { findGribFiles, partReader } from "./files.ts";

export interface BuildOptions {
  /** Exactly these channels, in this order; every one must be found. Default: those of the seven that are there. */
  readonly variables?: readonly VariableName[];
  /** Default 1. */
  readonly stepHours?: number;
  readonly splits?: SplitPlan;
  /** Where the data come from, for people. Default "GRIB2 files". */
  readonly source?: string;
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
export async function buildFromGrib(
  paths: readonly string[],
  out: string,
  options: BuildOptions = {},
  report?: ReportProgress,
): Promise<BuildSummary> {
  const { stepHours = 1, overwrite = false } = options;
  // Before the long work, not after it.
  await requireWritable(out, overwrite);
  const files = await findGribFiles(paths);
  const catalog = await catalogFiles(files, options.variables ?? VARIABLE_NAMES, report);
  const channels = options.variables ?? catalog.found;
  requireFound(channels, catalog, files.length);
  const times = [...catalog.candidates.keys()].sort((a, b) => a - b);
  requireSteps(times, stepHours, catalog);

  const notes = [...catalog.notes];
  const inputs = new Set<string>();
  let fields = 0;
  const hours = hoursFrom(catalog, times, channels, {
    used: (candidate) => {
      inputs.add(candidate.file.name);
      fields++;
    },
    note: (line) => notes.push(line),
  });
  const [first, last] = [times[0], times[times.length - 1]];
  await createArchive(
    out,
    {
      space: { channels, grid: catalog.grid },
      first,
      last,
      stepHours,
      source: options.source ?? "GRIB2 files",
      synthetic: false,
      ...(options.splits !== undefined && { splits: options.splits }),
      provenance: () => ({ madeBy: "updraft archive build", inputs: [...inputs].sort(), notes }),
      overwrite,
    },
    hours,
    report,
  );
  const absent = options.variables === undefined ? VARIABLE_NAMES.filter((name) => !channels.includes(name)) : [];
  return { files: files.length, fields, duplicates: catalog.duplicates, absent, notes };
}

interface Ledger {
  readonly used: (candidate: Candidate) => void;
  readonly note: (line: string) => void;
}

async function* hoursFrom(
  catalog: Catalog,
  times: readonly ValidTime[],
  channels: readonly VariableName[],
  ledger: Ledger,
): AsyncGenerator<ArchiveHour> {
  const cells = cellCount(catalog.grid);
  const decode = candidateDecoder();
  let given = 0;
  for (const time of times) {
    const state = new Float32Array(channels.length * cells).fill(Number.NaN);
    const leads: number[] = [];
    for (const [at, channel] of channels.entries()) {
      const chosen = await firstWhole(catalog.candidates.get(time)?.get(channel) ?? [], decode, ledger);
      if (chosen === undefined) continue;
      state.set(chosen.field, at * cells);
      leads.push(chosen.candidate.leadHours);
      ledger.used(chosen.candidate);
    }
    const leadHours = Math.max(...leads);
    if (Math.min(...leads) !== leadHours)
      ledger.note(`${formatTime(time)}: leads of ${[...new Set(leads)].join(", ")} h`);
    if (leads.length === 0) continue;
    given++;
    yield { time, leadHours, state };
  }
  if (given > 0) return;
  throw new DecodeError({
    place: `${times.length} hours`,
    expected: "at least one message whose data decode",
    got: "none",
    remedy: "fetch the files again",
  });
}

type Decode = (candidate: Candidate) => Promise<Field>;

/** The best candidate that decodes; one whose data are damaged is noted and the next is tried. */
async function firstWhole(
  candidates: readonly Candidate[],
  decode: Decode,
  { note }: Ledger,
): Promise<{ candidate: Candidate; field: Field } | undefined> {
  for (const [at, candidate] of candidates.entries()) {
    const field = await unlessDamaged(decode(candidate), note);
    if (field === undefined) continue;
    for (const rival of candidates.slice(at + 1).filter(({ leadHours }) => leadHours === candidate.leadHours)) {
      const other = await unlessDamaged(decode(rival), note);
      if (other !== undefined) requireSameValues(candidate, field, rival, other);
    }
    return { candidate, field };
  }
  return undefined;
}

function candidateDecoder(): Decode {
  const readPart = partReader();
  return async ({ file, offset, length, index }) => {
    const bytes = await readPart(file, offset, length);
    const field = fieldsOf({ kind: "message", file: file.name, offset, length, bytes })[index];
    return toSouthUp(decodeValues(field), field.grid);
  };
}

async function unlessDamaged(decoding: Promise<Field>, note: (line: string) => void): Promise<Field | undefined> {
  try {
    return await decoding;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    note(error.message);
    return undefined;
  }
}

function requireSameValues(a: Candidate, field: Field, b: Candidate, other: Field): void {
  const cell = field.findIndex((value, at) => !Object.is(value, other[at]));
  if (cell < 0) return;
  throw new DecodeError({
    place: `${b.file.name} byte ${b.offset}`,
    expected: `the values of ${a.file.name} byte ${a.offset}, which has the same variable, init and lead time`,
    got: `${other[cell]} instead of ${field[cell]} in cell ${cell}`,
    remedy: "remove the file that is wrong",
  });
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

function requireSteps(times: readonly ValidTime[], stepHours: number, { candidates }: Catalog): void {
  const [first] = times;
  const odd = times.find((time) => stepsBetween(first, time, stepHours) === undefined);
  if (odd === undefined) return;
  const file = [...(candidates.get(odd)?.values() ?? [])][0]?.[0]?.file.name ?? "files";
  throw new RequestError({
    place: file,
    expected: `a valid time whole steps of ${stepHours} h after ${formatTime(first)}`,
    got: formatTime(odd),
    remedy: `leave it out, or choose another step with --step-hours, such as ${(odd - first) / SECONDS_PER_HOUR}`,
  });
}
