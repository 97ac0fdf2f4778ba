/**
 * The static fields of an archive: from files named for it, else from among the files it is built of, where they stand in every one.
 * @module
 */
import {
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
import type { Candidate } from "./catalog-file.ts";
import { findGribFiles } from "./files.ts";
import { decodeCandidate } from "./hour.ts";
import type { WorkPool } from "./pool.ts";

/**
 * The fields of `paths`, or of the catalog where no path is named.
 * @throws RequestError when a named file has another grid or none of the fields, DecodeError when one is damaged.
 */
export async function staticFields(
  { grid, statics }: Pick<Catalog, "grid" | "statics">,
  paths: readonly string[],
  pool: WorkPool,
): Promise<Statics> {
  const chosen = paths.length === 0 ? statics : await candidatesIn(paths, grid, pool);
  const fields: Partial<Record<StaticName, Field>> = {};
  for (const name of STATIC_NAMES) {
    const candidate = chosen.get(name);
    if (candidate !== undefined) fields[name] = await decodeCandidate(candidate);
  }
  return fields;
}

async function candidatesIn(
  paths: readonly string[],
  grid: Grid,
  pool: WorkPool,
): Promise<ReadonlyMap<StaticName, Candidate>> {
  const found = new Map<StaticName, Candidate>();
  for (const file of await findGribFiles(paths)) {
    const { entries } = await pool.catalog({ file, wanted: STATIC_NAMES });
    for (const entry of entries) {
      if (!sameGrid(grid, entry.grid)) {
        throw new RequestError({
          place: `--static ${file.name}`,
          expected: `the archive's grid, ${describeGrid(grid)}`,
          got: `${describeAgainst(entry.grid, grid)}, at ${formatTime(entry.validTime)}`,
          remedy: "name a file of the same grid",
        });
      }
      const name = entry.quantity as StaticName;
      if (!found.has(name)) found.set(name, entry.candidate);
    }
  }
  if (found.size > 0) return found;
  throw new RequestError({
    place: `--static ${paths.join(", ")}`,
    expected: `${Object.values(STATICS)
      .map(({ longName }) => longName)
      .join(" or ")}, HGT or LAND at the surface`,
    got: "neither",
    remedy: "see what is in it with `updraft grib2 ls`",
  });
}
