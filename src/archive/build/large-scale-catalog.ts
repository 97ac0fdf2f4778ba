/**
 * Which messages of which files speak of the large scale: the headers of everything, and the values of nothing yet.
 *
 *   (valid time, cycle) → name → the message that holds it
 *
 * @module
 */
import {
  describeAgainst,
  describeGrid,
  formatHour,
  type InitTime,
  type LatLonGrid,
  type ReportProgress,
  RequestError,
  sameGrid,
  type ValidTime,
} from "../../core/index.ts";
import { type FieldSelector, fieldsOf, type GribField, matches, scanMessages, toGrid } from "../../grib2/index.ts";
import type { LargeScaleVariable } from "../large-scale/layout.ts";
import { digestOf, type GribFile, readWhole } from "./files.ts";

/** A quantity, and how its messages are known. */
export interface SelectedVariable extends LargeScaleVariable {
  readonly selector: FieldSelector;
}

/** Where a field lies. */
export interface FieldPlace {
  readonly file: GribFile;
  readonly offset: number;
  readonly length: number;
  /** Which of the message's fields, from 0. */
  readonly index: number;
  readonly digest: string;
}

interface CatalogEntry {
  readonly validTime: ValidTime;
  readonly initTime: InitTime;
  readonly fields: Map<string, FieldPlace>;
}

export interface LargeScaleCatalog {
  /** By valid time, then by cycle. */
  readonly entries: readonly CatalogEntry[];
  readonly grid: LatLonGrid;
  readonly duplicates: number;
}

/**
 * Reads the headers of all files.
 * @throws RequestError when no file holds any of the variables, when grids differ, or two fields of one cycle and time do; DecodeError for a damaged
 *   file
 */
export async function largeScaleCatalog(
  files: readonly GribFile[],
  variables: readonly SelectedVariable[],
  report: ReportProgress | undefined,
): Promise<LargeScaleCatalog> {
  const entries = new Map<string, CatalogEntry>();
  let grid: LatLonGrid | undefined;
  let duplicates = 0;
  for (const [at, file] of files.entries()) {
    for (const part of scanMessages(await readWhole(file), file.name)) {
      if (part.kind === "gap") continue;
      for (const [index, field] of fieldsOf(part).entries()) {
        const variable = variables.find(({ selector }) => matches(field, selector));
        if (variable === undefined) continue;
        grid = requireGrid(field, file, grid);
        const { validTime, initTime } = field;
        const key = `${validTime} ${initTime}`;
        const entry = entries.get(key) ?? { validTime, initTime, fields: new Map<string, FieldPlace>() };
        entries.set(key, entry);
        const place = { file, offset: part.offset, length: part.length, index, digest: digestOf(part.bytes) };
        if (isCopy(entry, variable.name, place)) duplicates++;
        else entry.fields.set(variable.name, place);
      }
    }
    report?.({ label: "read headers", done: at + 1, total: files.length, unit: "files" });
  }
  if (grid === undefined) {
    throw new RequestError({
      place: files.length === 1 ? files[0].name : `${files.length} files`,
      expected: `fields of ${variables.map(({ name }) => name).join(",")}`,
      got: "none of them",
      remedy: "fetch them with `updraft fetch gfs`, or see what is there with `updraft grib2 ls`",
    });
  }
  const ascending = [...entries.values()].sort((a, b) => a.validTime - b.validTime || a.initTime - b.initTime);
  return { entries: ascending, grid, duplicates };
}

function requireGrid(field: GribField, file: GribFile, known: LatLonGrid | undefined): LatLonGrid {
  const grid = toGrid(field.grid, file.name);
  if (grid.kind === "latlon" && (known === undefined || sameGrid(known, grid))) return known ?? grid;
  throw new RequestError({
    place: `${file.name} byte ${field.offset}`,
    expected: known === undefined ? "a latitude-longitude grid" : `one grid, ${describeGrid(known)}`,
    got: known === undefined ? describeGrid(grid) : describeAgainst(grid, known),
    remedy: "make a store from files of one model",
  });
}

/** @throws RequestError when the entry has another field of that name */
function isCopy({ fields, validTime, initTime }: CatalogEntry, name: string, place: FieldPlace): boolean {
  const held = fields.get(name);
  if (held === undefined) return false;
  if (held.digest === place.digest && held.index === place.index) return true;
  throw new RequestError({
    place: `${place.file.name} byte ${place.offset}`,
    expected: `one ${name} for ${formatHour(validTime)} of cycle ${formatHour(initTime)}`,
    got: `another than in ${held.file.name} byte ${held.offset}`,
    remedy: "name files of one model, and of one member",
  });
}
