/**
 * A store of the large scale as everything downstream sees it, and how one on disk is opened: what it holds at once, its fields one at a
 * time.
 * @module
 */
import { DecodeError, type Field, formatHour, type InitTime, type ValidTime } from "../../core/index.ts";
import { contentDigest } from "../../files/index.ts";
import { openStore, shardPath, type ZarrArray, type ZarrGroup } from "../../zarr/index.ts";
import { requireShape } from "../read.ts";
import { fieldArray, type LargeScaleEntry, type LargeScaleHeader, parseLargeScaleHeader } from "./layout.ts";

export interface LargeScale extends LargeScaleHeader {
  readonly path: string;
  /** What the cycles say of a valid time, the oldest cycle first; none for a time that is not there. */
  entriesAt(time: ValidTime): readonly LargeScaleEntry[];
  /** One field of an entry that has it, [ny, nx]. @throws DecodeError for damaged bytes */
  readField(entry: LargeScaleEntry, name: string): Promise<Field>;
  /** What tells it from any other at its path (`files/content-digest.ts`). */
  digest(): Promise<string>;
}

/** Two centuries of hours from a few cycles each: more is damage. */
const MAX_ENTRIES = 4_000_000;

/**
 * Opens a store for reading.
 * @throws RequestError when there is none at the path, DecodeError when its metadata or bytes are damaged
 * @example const field = await store.readField(store.entriesAt(time)[0], "z500");
 */
export async function openLargeScale(path: string): Promise<LargeScale> {
  const group = await openStore(path);
  const header = parseLargeScaleHeader(group.attributes, path);
  const entries = await readEntries(group, header, path);
  const byTime = new Map<ValidTime, LargeScaleEntry[]>();
  for (const entry of entries) byTime.set(entry.validTime, [...(byTime.get(entry.validTime) ?? []), entry]);
  const array = await group.array("field");
  requireShape(array, fieldArray(header, entries.length).shape, path);
  return {
    ...header,
    path,
    digest: () => {
      const shards = entries.map(({ index }) => shardPath(path, array, [index, 0, 0, 0]));
      return contentDigest(shards, [group.attributes, entries]);
    },
    entriesAt: (time) => byTime.get(time) ?? [],
    readField: async (entry, name) => {
      if (!entry.names.includes(name)) throw new RangeError(`${formatHour(entry.validTime)} has no ${name}`);
      const at = header.variables.findIndex((variable) => variable.name === name);
      const field = await array.read("float32", [entry.index, at, null, null]);
      requireFinite(field, `${path} ${formatHour(entry.validTime)} ${name}`);
      return field;
    },
  };
}

async function readEntries(
  group: ZarrGroup,
  { variables }: LargeScaleHeader,
  path: string,
): Promise<LargeScaleEntry[]> {
  const time = await group.array("time");
  const [count] = time.shape;
  if (time.shape.length !== 1 || count < 1 || count > MAX_ENTRIES) {
    const expected = `1 to ${MAX_ENTRIES} entries`;
    throw new DecodeError({ place: `${path}/time`, expected, got: time.shape.join("x"), remedy: REMEDY });
  }
  const validTimes = await readTimes(time);
  const initTime = await group.array("init_time");
  requireShape(initTime, [count], path);
  const initTimes = await readTimes(initTime);
  const flags = await group.array("present");
  requireShape(flags, [count, variables.length], path);
  const present = await flags.read("uint16");
  const entries = validTimes.map((valid, index): LargeScaleEntry => {
    const names = variables.filter((_, at) => present[index * variables.length + at] === 1).map(({ name }) => name);
    return { index, validTime: valid as ValidTime, initTime: initTimes[index] as InitTime, names };
  });
  for (const [at, { validTime, initTime: cycle }] of entries.entries()) {
    const before = entries[at - 1];
    const ascends =
      at === 0 || before.validTime < validTime || (before.validTime === validTime && before.initTime < cycle);
    if (ascends && cycle <= validTime) continue;
    const expected = "entries that ascend by valid time and cycle, no cycle after its valid time";
    throw new DecodeError({ place: `${path} entry ${at}`, expected, got: "another order", remedy: REMEDY });
  }
  return entries;
}

const REMEDY = "copy the store again, or make it again";

async function readTimes(array: ZarrArray): Promise<number[]> {
  return Array.from(await array.read("int64"), Number);
}

/** What is said to be there is numbers alone. */
function requireFinite(field: Field, place: string): void {
  const bad = field.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new DecodeError({
    place: `${place} cell ${bad}`,
    expected: "a finite value",
    got: String(field[bad]),
    remedy: REMEDY,
  });
}
