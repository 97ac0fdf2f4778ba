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
  describeAgainst,
  describeGrid,
  type Grid,
  gridNote,
  isPlane,
  type ReportProgress,
  RequestError,
  sameGrid,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { STATIC_NAMES } from "../statics.ts";
import type { Candidate, CatalogEntry, FileCatalog } from "./catalog-file.ts";
import type { GribFile } from "./files.ts";
import type { WorkPool } from "./pool.ts";
import { countStatic, isStatic, type StaticVersions } from "./static-versions.ts";

export interface Catalog {
  readonly grid: Grid;
  /** Smallest lead first; among equal leads, in order of files. */
  readonly candidates: ReadonlyMap<ValidTime, ReadonlyMap<VariableName, readonly Candidate[]>>;
  /** Of each static field that is there. */
  readonly statics: StaticVersions;
  /** In the order asked for. */
  readonly found: readonly VariableName[];
  /** Messages that are byte for byte copies of others. */
  readonly duplicates: number;
  /** True when every message is NCEP's, on a projection of HRRR's. */
  readonly hrrr: boolean;
  /** One line a file for what was damaged, cut off or passed over in it. */
  readonly notes: readonly string[];
}

/** A grid and the file or archive that has it. */
export interface NamedGrid {
  readonly name: string;
  readonly grid: Grid;
}

export interface CatalogOptions {
  readonly report?: ReportProgress | undefined;
  /** The grid that all fields must lie on. Default: that of most of them. */
  readonly reference?: NamedGrid;
}

/**
 * Reads the headers of all files, and puts them together in the order of the files.
 * @throws RequestError when no file holds any of the variables, when grids differ, or when winds are not along the grid.
 */
export async function catalogFiles(
  files: readonly GribFile[],
  variables: readonly VariableName[],
  pool: WorkPool,
  { report, reference }: CatalogOptions = {},
): Promise<Catalog> {
  const candidates = new Map<ValidTime, Map<VariableName, Candidate[]>>();
  const statics: StaticVersions = new Map();
  const notes: string[] = [];
  const grids = new Map<string, GridInUse>();
  let duplicates = 0;
  let hrrr = true;

  const add = (entry: CatalogEntry): void => {
    const { quantity, candidate } = entry;
    if (isStatic(quantity)) {
      countStatic(statics, entry);
      return;
    }
    countGrid(grids, entry);
    requireGridWinds(quantity, entry);
    hrrr &&= entry.hrrr;
    const hour = candidates.get(entry.validTime) ?? new Map<VariableName, Candidate[]>();
    const rivals = hour.get(quantity) ?? [];
    if (rivals.some(({ digest, index }) => digest === candidate.digest && index === candidate.index)) duplicates++;
    else rivals.push(candidate);
    rivals.sort((a, b) => a.leadHours - b.leadHours);
    candidates.set(entry.validTime, hour.set(quantity, rivals));
  };

  const wanted = [...variables, ...STATIC_NAMES];
  let done = 0;
  await pool.inOrder(
    files,
    (file) => pool.catalog({ file, wanted }),
    ({ entries, troubles }: FileCatalog) => {
      entries.forEach(add);
      if (troubles.length > 0) {
        const more = troubles.length > 1 ? ` (and ${troubles.length - 1} more in this file)` : "";
        notes.push(`${troubles[0]}${more}`);
      }
      report?.({ label: "read headers", done: ++done, total: files.length, unit: "files" });
    },
  );
  const found = variables.filter((name) => [...candidates.values()].some((hour) => hour.has(name)));
  if (grids.size > 0) {
    const chosen = reference ?? mostUsed([...grids.values()]);
    for (const { name, grid } of grids.values()) {
      requireSameGrid(chosen, { name, grid });
      const note = gridNote(name, grid, chosen);
      if (note !== undefined) notes.push(note);
    }
    return { grid: chosen.grid, candidates, statics, found, duplicates, hrrr, notes };
  }
  throw new RequestError({
    place: files.length === 1 ? files[0].name : `${files.length} files`,
    expected: `fields of ${variables.join(", ")}`,
    got: notes[0] ?? "none of them",
    remedy: "see what is in them with `updraft grib2 ls`",
  });
}

/** A grid that fields lie on, the name of the first file with it, how many fields there are and until when. */
interface GridInUse extends NamedGrid {
  readonly fields: number;
  readonly latest: ValidTime;
}

function countGrid(grids: Map<string, GridInUse>, { grid, candidate, validTime }: CatalogEntry): void {
  const key = JSON.stringify(grid);
  const known = grids.get(key);
  const { name, fields, latest } = known ?? { name: candidate.file.name, fields: 0, latest: validTime };
  grids.set(key, { name, grid, fields: fields + 1, latest: Math.max(latest, validTime) as ValidTime });
}

/** The grid of most fields; of several, that of the latest. */
function mostUsed(grids: readonly GridInUse[]): GridInUse {
  return grids.toSorted((a, b) => b.fields - a.fields || b.latest - a.latest)[0];
}

function requireSameGrid(a: NamedGrid, b: NamedGrid): void {
  if (sameGrid(a.grid, b.grid)) return;
  throw new RequestError({
    place: b.name,
    expected: `the grid of ${a.name}, ${describeGrid(a.grid)}`,
    got: describeAgainst(b.grid, a.grid),
    remedy: "take files of one grid together",
  });
}

/** Our winds run along the grid's axes; on a latitude-longitude grid those are east and north anyway. */
function requireGridWinds(variable: VariableName, { grid, gridWinds, candidate }: CatalogEntry): void {
  if ((variable !== "u10" && variable !== "v10") || !isPlane(grid) || gridWinds) return;
  throw new RequestError({
    place: `${candidate.file.name} byte ${candidate.offset}`,
    expected: "winds along the grid, as HRRR has them",
    got: "eastward and northward winds",
    remedy: "leave u10 and v10 out with --variables, or rotate them first",
  });
}
