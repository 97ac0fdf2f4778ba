/**
 * The headers of one file: every field in it that an archive could want, and what was wrong with the rest. Values are not read. It
 * depends on the file alone, so files are read on several threads.
 * @module
 */
import {
  DecodeError,
  type GribSelector,
  type Grid,
  HRRR_ALASKA_PROJECTION,
  HRRR_PROJECTION,
  isPlane,
  isUpdraftError,
  type LeadHours,
  type PlaneGrid,
  sameProjection,
  VARIABLES,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { fieldsOf, type GribField, type GribMessage, matches, scanMessages, toGrid } from "../../grib2/index.ts";
import { STATICS, type StaticName } from "../statics.ts";
import { digestOf, type GribFile, readWhole } from "./files.ts";
import { isStatic } from "./static-versions.ts";

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

/** A candidate and where it belongs. */
export interface CatalogEntry {
  readonly candidate: Candidate;
  readonly quantity: VariableName | StaticName;
  readonly validTime: ValidTime;
  readonly grid: Grid;
  /** Components along the grid's axes; of no meaning for other quantities. */
  readonly gridWinds: boolean;
  /** Of a static field: the digest of its grid and its packed values, the same for the same values in another hour's message. */
  readonly packed?: string;
  /** Made by NCEP on a projection of HRRR's. */
  readonly hrrr: boolean;
}

export interface FileCatalog {
  readonly entries: readonly CatalogEntry[];
  /** One line for each thing that was damaged, cut off or passed over. */
  readonly troubles: readonly string[];
}

const NCEP = 7;

/** Reads the headers of one file. @throws RequestError what reading its grid throws for one that is not supported. */
export async function catalogFile(
  file: GribFile,
  wanted: readonly (VariableName | StaticName)[],
): Promise<FileCatalog> {
  const entries: CatalogEntry[] = [];
  const troubles: string[] = [];
  try {
    for (const part of scanMessages(await readWhole(file), file.name)) {
      if (part.kind === "gap") {
        troubles.push(
          `${file.name} byte ${part.offset}: ${part.length} stray octets between messages were passed over`,
        );
        continue;
      }
      entries.push(...(unlessDamaged(() => entriesOf(part, file, wanted), troubles) ?? []));
    }
  } catch (error) {
    if (!isUpdraftError(error) || !(error instanceof DecodeError)) throw error;
    troubles.push(error.message);
  }
  return { entries, troubles };
}

function unlessDamaged<T>(read: () => T, troubles: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    troubles.push(error.message);
    return undefined;
  }
}

function entriesOf(
  message: GribMessage,
  file: GribFile,
  wanted: readonly (VariableName | StaticName)[],
): CatalogEntry[] {
  const { offset, length } = message;
  const entries: CatalogEntry[] = [];
  let digest: string | undefined;
  for (const [index, field] of fieldsOf(message).entries()) {
    const quantity = wanted.find((name) => matches(field, selectorOf(name)));
    if (quantity === undefined) continue;
    digest ??= digestOf(message.bytes);
    const grid = toGrid(field.grid, file.name);
    entries.push({
      candidate: { file, offset, length, index, leadHours: field.leadHours, digest },
      quantity,
      validTime: field.validTime,
      grid,
      gridWinds: "windComponents" in field.grid && field.grid.windComponents === "grid",
      hrrr: isHrrr(field, grid),
      ...(isStatic(quantity) && { packed: packedDigest(field, grid) }),
    });
  }
  return entries;
}

function packedDigest({ packed: { representation, bitmap, data } }: GribField, grid: Grid): string {
  const sections = [representation, bitmap, data].flatMap((section) => section?.view ?? []);
  const parts = sections.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  return digestOf(Buffer.concat([Buffer.from(JSON.stringify(grid)), ...parts]));
}

const selectorOf = (name: VariableName | StaticName): GribSelector =>
  isStatic(name) ? STATICS[name].grib : VARIABLES[name].grib;

/** HRRR's domains are told by their projections. */
function isHrrr({ center }: GribField, grid: Grid): boolean {
  const known: readonly PlaneGrid["projection"][] = [HRRR_PROJECTION, HRRR_ALASKA_PROJECTION];
  return center === NCEP && isPlane(grid) && known.some((projection) => sameProjection(projection, grid.projection));
}
