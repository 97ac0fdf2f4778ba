/**
 * Writes a store of the large scale entry by entry, aside, and gives it its name when it is whole. Memory holds one entry.
 * @module
 */
import { cellCount, type Field, formatHour, type InitTime, RequestError, type ValidTime } from "../../core/index.ts";
import { alone } from "../../files/index.ts";
import {
  discardPartial,
  partialPath,
  publish,
  requireFree,
  writeGroup,
  writeShard,
  writeWhole,
} from "../../zarr/index.ts";
import { formatAt } from "../read.ts";
import {
  fieldArray,
  LARGE_SCALE_FORMAT,
  type LargeScaleEntry,
  type LargeScaleHeader,
  largeScaleArrays,
  largeScaleAttributes,
} from "./layout.ts";

/** One entry on its way into a store. */
export interface LargeScaleFields {
  readonly validTime: ValidTime;
  readonly initTime: InitTime;
  /** By name, [ny, nx]; one that is not there is missing. */
  readonly fields: ReadonlyMap<string, Field>;
}

export interface LargeScaleDescription extends LargeScaleHeader {
  /** Replace a store that is already at the path. Default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes a store from its entries, ascending by valid time and then by cycle.
 * @throws RequestError when something is at the path, another process is at work there, or there is no entry; RangeError for entries out of
 *   order, of a cycle after their valid time, or with fields that are not whole
 * @example await createLargeScale("gfs.zarr", { variables, grid, source: "NOAA GFS", provenance }, entries());
 */
export async function createLargeScale(
  path: string,
  { overwrite = false, ...header }: LargeScaleDescription,
  entries: AsyncIterable<LargeScaleFields>,
): Promise<void> {
  await alone(path, async (lease) => {
    await requireReplaceable(path, overwrite);
    await discardPartial(path);
    try {
      await writeEntries(partialPath(path), path, header, entries);
      await lease.confirm();
      await publish(path, { overwrite });
    } catch (error) {
      await discardPartial(path);
      throw error;
    }
  });
}

/**
 * Asked before the long work, and again by it.
 * @throws RequestError when something is at the path, except a store of the large scale that may be replaced
 */
export async function requireReplaceable(path: string, overwrite: boolean): Promise<void> {
  if (overwrite && (await formatAt(path)) === LARGE_SCALE_FORMAT) return;
  const remedy = overwrite
    ? "--overwrite replaces stores of the large scale only: choose another path"
    : "choose another path, or replace a store of the large scale with --overwrite";
  await requireFree(path, remedy);
}

async function writeEntries(
  folder: string,
  path: string,
  header: LargeScaleHeader,
  given: AsyncIterable<LargeScaleFields>,
): Promise<void> {
  const { variables, grid } = header;
  const cells = cellCount(grid);
  const entries: LargeScaleEntry[] = [];
  for await (const { validTime, initTime, fields } of given) {
    const entry = { index: entries.length, validTime, initTime, names: [...fields.keys()] };
    requireOrder(entry, entries.at(-1));
    const values = new Float32Array(variables.length * cells).fill(Number.NaN);
    for (const [at, { name }] of variables.entries()) {
      const field = fields.get(name);
      if (field === undefined) continue;
      if (field.length !== cells || !field.every(Number.isFinite)) {
        throw new RangeError(`${name} of ${formatHour(validTime)} must be ${cells} finite values`);
      }
      values.set(field, at * cells);
    }
    await writeShard(folder, fieldArray(header, 1), [entry.index, 0, 0, 0], values);
    entries.push(entry);
  }
  if (entries.length === 0) {
    throw new RequestError({ place: path, expected: "at least one valid time of the large scale", got: "none" });
  }
  const arrays = largeScaleArrays(header, entries);
  for (const { array, values } of arrays) await writeWhole(folder, array, values);
  const all = [fieldArray(header, entries.length), ...arrays.map(({ array }) => array)];
  await writeGroup(folder, largeScaleAttributes(header), all);
}

function requireOrder({ validTime, initTime }: LargeScaleEntry, before: LargeScaleEntry | undefined): void {
  if (initTime > validTime)
    throw new RangeError(`cycle ${formatHour(initTime)} says nothing of ${formatHour(validTime)}`);
  if (before === undefined || before.validTime < validTime) return;
  if (before.validTime === validTime && before.initTime < initTime) return;
  throw new RangeError(`entries must ascend by valid time and cycle, got ${formatHour(validTime)} out of order`);
}
