/**
 * The static fields of an archive: from files named for it, else from among the files it is built of, where they stand in every one. Where
 * files disagree one version is taken (`static-versions.ts`), and a note says how far the others are from it.
 * @module
 */
import {
  DecodeError,
  describeAgainst,
  describeGrid,
  type Field,
  formatTime,
  type Grid,
  RequestError,
  sameGrid,
} from "../../core/index.ts";
import { STATIC_NAMES, STATICS, type StaticName, type Statics } from "../statics.ts";
import type { Catalog } from "./catalog.ts";
import { findGribFiles } from "./files.ts";
import { decodeCandidate } from "./hour.ts";
import type { WorkPool } from "./pool.ts";
import { byPreference, countStatic, type StaticVersion, type StaticVersions } from "./static-versions.ts";

export interface FoundStatics {
  readonly fields: Statics;
  /** One line for each version that was not taken, and for each that is damaged. */
  readonly notes: readonly string[];
}

/**
 * The fields of `paths`, or of the catalog where no path is named.
 * @throws RequestError when a file has another grid, or a named one none of the fields; DecodeError when all there is of a field is damaged.
 */
export async function staticFields(
  { grid, statics }: Pick<Catalog, "grid" | "statics">,
  paths: readonly string[],
  pool: WorkPool,
): Promise<FoundStatics> {
  const versions = paths.length === 0 ? statics : await versionsIn(paths, pool);
  const fields: Partial<Record<StaticName, Field>> = {};
  const notes: string[] = [];
  for (const name of STATIC_NAMES) {
    const own = byPreference(versions.get(name)?.values() ?? []);
    for (const version of own) requireGrid(grid, version);
    if (own.length > 0) fields[name] = await chosenField(name, own, notes);
  }
  return { fields, notes };
}

/** The values of the first version that is whole. */
async function chosenField(name: StaticName, versions: readonly StaticVersion[], notes: string[]): Promise<Field> {
  let chosen: { readonly field: Field; readonly version: StaticVersion } | undefined;
  let damage: DecodeError | undefined;
  for (const version of versions) {
    try {
      const field = await decodeCandidate(version.candidate);
      chosen ??= { field, version };
      const difference = differenceOf(chosen.field, field, STATICS[name].units);
      if (difference === undefined) continue;
      notes.push(
        `${name} is not the same in all files: ${difference} between ${described(chosen.version)}, which is taken, and ${described(version)}`,
      );
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      notes.push(error.message);
      damage ??= error;
    }
  }
  if (chosen === undefined) throw damage;
  return chosen.field;
}

/** "that of 36 messages up to 2018-07-22T02:00:00Z (hrrr.t01z.wrfsfcf01.grib2)" */
function described({ candidate, messages, latest }: StaticVersion): string {
  const count = messages.size === 1 ? "1 message" : `${messages.size} messages`;
  return `that of ${count} up to ${formatTime(latest)} (${candidate.file.name})`;
}

/** How far two fields are from each other, in words; `undefined` where nowhere. */
export function differenceOf(a: Field, b: Field, units: string): string | undefined {
  let [cells, most] = [0, 0];
  for (let cell = 0; cell < a.length; cell++) {
    if (Object.is(a[cell], b[cell]) || a[cell] === b[cell]) continue;
    cells++;
    const apart = Math.abs(a[cell] - b[cell]);
    if (apart > most) most = apart;
  }
  if (cells === 0) return undefined;
  const unit = units === "1" ? "" : ` ${units}`;
  return `up to ${Number(most.toPrecision(3))}${unit} in ${cells} of ${a.length} cells`;
}

async function versionsIn(paths: readonly string[], pool: WorkPool): Promise<StaticVersions> {
  const versions: StaticVersions = new Map();
  for (const file of await findGribFiles(paths)) {
    const { entries } = await pool.catalog({ file, wanted: STATIC_NAMES });
    for (const entry of entries) countStatic(versions, entry);
  }
  if (versions.size > 0) return versions;
  throw new RequestError({
    place: `--static ${paths.join(", ")}`,
    expected: `${Object.values(STATICS)
      .map(({ longName }) => longName)
      .join(" or ")}, HGT or LAND at the surface`,
    got: "neither",
    remedy: "see what is in it with `updraft grib2 ls`",
  });
}

function requireGrid(grid: Grid, { candidate, grid: own, latest }: StaticVersion): void {
  if (sameGrid(grid, own)) return;
  throw new RequestError({
    place: candidate.file.name,
    expected: `static fields on the archive's grid, ${describeGrid(grid)}`,
    got: `${describeAgainst(own, grid)}, at ${formatTime(latest)}`,
    remedy: "leave it out, or name files of the same grid with --static",
  });
}
