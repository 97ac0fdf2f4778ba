/**
 * Which messages of which files hold what an archive wants: the headers of everything, and the values of nothing yet.
 *
 *   (variable, valid time) → the messages that hold it, smallest lead first
 *
 * A message is known by its parameter and level, never by its number in the file. Damage is noted and passed by, so that the whole
 * messages of a cut-off file still count.
 * @module
 */
import {
  DecodeError,
  describeGrid,
  type Grid,
  isUpdraftError,
  type LeadHours,
  type ReportProgress,
  RequestError,
  sameGrid,
  VARIABLES,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { fieldsOf, type GribField, type GribMessage, matches, scanMessages, toGrid } from "../../grib2/index.ts";
import { digestOf, type GribFile, readWhole } from "./files.ts";

/** One field that could fill one place of the archive. */
export interface Candidate {
  readonly file: GribFile;
  /** Where its message lies in the (unzipped) file. */
  readonly offset: number;
  readonly length: number;
  /** Which of the message's fields, from 0. */
  readonly index: number;
  readonly leadHours: LeadHours;
  /** Of the whole message's bytes. */
  readonly digest: string;
}

export interface Catalog {
  readonly grid: Grid;
  /** Smallest lead first; among equal leads, in order of files. */
  readonly candidates: ReadonlyMap<ValidTime, ReadonlyMap<VariableName, readonly Candidate[]>>;
  /** In the order asked for. */
  readonly found: readonly VariableName[];
  /** Messages that are byte for byte copies of others. */
  readonly duplicates: number;
  /** One line a file for what was damaged, cut off or passed over in it. */
  readonly notes: readonly string[];
}

/**
 * Reads the headers of all files.
 * @throws RequestError when no file holds any of the variables, when grids differ, or when winds are not along the grid.
 */
export async function catalogFiles(
  files: readonly GribFile[],
  variables: readonly VariableName[],
  report?: ReportProgress,
): Promise<Catalog> {
  const candidates = new Map<ValidTime, Map<VariableName, Candidate[]>>();
  const notes: string[] = [];
  let reference: { grid: Grid; file: GribFile } | undefined;
  let duplicates = 0;

  const add = (file: GribFile, message: GribMessage, field: GribField, index: number): void => {
    const variable = variables.find((name) => matches(field, VARIABLES[name].grib));
    if (variable === undefined) return;
    const grid = toGrid(field.grid, file.name);
    reference ??= { grid, file };
    requireSameGrid(reference, { grid, file });
    requireGridWinds(variable, field, grid, file);
    const hour = candidates.get(field.validTime) ?? new Map<VariableName, Candidate[]>();
    const rivals = hour.get(variable) ?? [];
    const { offset, length } = message;
    const candidate = { file, offset, length, index, leadHours: field.leadHours, digest: digestOf(message.bytes) };
    if (rivals.some((rival) => rival.digest === candidate.digest && rival.index === index)) duplicates++;
    else rivals.push(candidate);
    rivals.sort((a, b) => a.leadHours - b.leadHours);
    candidates.set(field.validTime, hour.set(variable, rivals));
  };

  for (const [done, file] of files.entries()) {
    const troubles = await catalogFile(file, add);
    if (troubles.length > 0) {
      const more = troubles.length > 1 ? ` (and ${troubles.length - 1} more in this file)` : "";
      notes.push(`${troubles[0]}${more}`);
    }
    report?.({ label: "read headers", done: done + 1, total: files.length, unit: "files" });
  }
  const found = variables.filter((name) => [...candidates.values()].some((hour) => hour.has(name)));
  if (reference !== undefined) return { grid: reference.grid, candidates, found, duplicates, notes };
  throw new RequestError({
    place: files.length === 1 ? files[0].name : `${files.length} files`,
    expected: `fields of ${variables.join(", ")}`,
    got: notes[0] ?? "none of them",
    remedy: "see what is in them with `updraft grib2 ls`",
  });
}

/** Hands every field of a file to `add`, and gives back what was wrong with the rest. */
async function catalogFile(
  file: GribFile,
  add: (file: GribFile, message: GribMessage, field: GribField, index: number) => void,
): Promise<string[]> {
  const troubles: string[] = [];
  const unlessDamaged = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      troubles.push(error.message);
      return undefined;
    }
  };
  try {
    for (const part of scanMessages(await readWhole(file), file.name)) {
      if (part.kind === "gap") {
        troubles.push(
          `${file.name} byte ${part.offset}: ${part.length} stray octets between messages were passed over`,
        );
        continue;
      }
      for (const [index, field] of unlessDamaged(() => fieldsOf(part))?.entries() ?? []) add(file, part, field, index);
    }
  } catch (error) {
    if (!isUpdraftError(error) || !(error instanceof DecodeError)) throw error;
    troubles.push(error.message);
  }
  return troubles;
}

interface Placed {
  readonly grid: Grid;
  readonly file: GribFile;
}

function requireSameGrid(a: Placed, b: Placed): void {
  if (sameGrid(a.grid, b.grid)) return;
  throw new RequestError({
    place: b.file.name,
    expected: `the grid of ${a.file.name}, ${describeGrid(a.grid)}`,
    got: `${describeGrid(b.grid)}${describeGrid(a.grid) === describeGrid(b.grid) ? " at another place" : ""}`,
    remedy: "build an archive from files of one grid",
  });
}

/** Our winds run along the grid's axes; on a latitude-longitude grid those are east and north anyway. */
function requireGridWinds(variable: VariableName, field: GribField, grid: Grid, file: GribFile): void {
  if ((variable !== "u10" && variable !== "v10") || grid.kind === "latlon") return;
  if (field.grid.windComponents === "grid") return;
  throw new RequestError({
    place: `${file.name} byte ${field.offset}`,
    expected: "winds along the grid, as HRRR has them",
    got: "eastward and northward winds",
    remedy: "leave u10 and v10 out with --variables, or rotate them first",
  });
}
