/**
 * Opens an archive: its header, time axis and quality at once, its states one at a time.
 * @module
 */
import {
  cellCount,
  DecodeError,
  formatLead,
  formatTime,
  isUpdraftError,
  RequestError,
  type State,
  type ValidTime,
  type VariableName,
} from "../core/index.ts";
import { openFolder, openStore, requireSize, type ValuesOf, type ZarrArray } from "../zarr/index.ts";
import type { Archive } from "./archive.ts";
import { ARCHIVE_FORMAT, archiveState, parseArchiveHeader, timeAxis, VOIDED_SINCE } from "./layout.ts";
import { MISSING, REJECTING } from "./quality.ts";

/**
 * Opens an archive for reading. Once another archive takes its place (an append, a build that overwrites), reads of it fail.
 * @param identity of the archive that another reader has open, where this must be the same
 * @throws RequestError when there is none at the path, or another than was opened; DecodeError when its metadata or bytes are damaged.
 * @example const state = await (await openArchive("x.zarr")).readState(time);
 */
export async function openArchive(path: string, identity?: string): Promise<Archive> {
  const group = await openStore(path, identity);
  const { first, last, ...header } = parseArchiveHeader(group.attributes, path);
  const { channels, grid, stepHours } = header;
  const times = timeAxis(first, last, stepHours);
  const size = requireSize([channels.length, grid.ny, grid.nx], path);

  const state = await group.array("state");
  requireShape(state, archiveState(header, times.length).shape, path);
  const stored = await readColumn(path, await group.array("time"), "int64", [times.length]);
  if (stored.some((seconds, at) => Number(seconds) !== times[at])) {
    throw new DecodeError({ place: `${path}/time`, expected: `steps of ${formatLead(stepHours)}`, got: "other times" });
  }
  const quality = await readColumn(path, await group.array("quality"), "uint16", [times.length, channels.length]);
  const voided =
    header.version < VOIDED_SINCE
      ? new Int32Array(quality.length)
      : await readColumn(path, await group.array("voided_cells"), "int32", [times.length, channels.length]);
  const leadHours = await readColumn(path, await group.array("lead_hours"), "float32", [times.length]);

  const observed =
    header.observedTimes === true
      ? await readColumn(path, await group.array("observed_time"), "float64", [times.length])
      : undefined;

  const indexOf = (time: ValidTime): number => {
    const at = (time - first) / (times.length > 1 ? times[1] - times[0] : 1);
    if (times[at] === time) return at;
    throw new RequestError({
      place: path,
      expected: `a time of ${formatTime(first)} to ${formatTime(last)} every ${formatLead(stepHours)}`,
      got: formatTime(time),
      remedy: "see `updraft archive inspect`",
    });
  };
  const channelIndex = (channel: VariableName): number => {
    const at = channels.indexOf(channel);
    if (at >= 0) return at;
    throw new RequestError({
      place: path,
      expected: `one of ${channels.join(",")}`,
      got: channel,
      remedy: "build the archive with --variables including it",
    });
  };
  const flagsAt = (at: number): Uint16Array => quality.subarray(at * channels.length, (at + 1) * channels.length);

  return {
    ...header,
    path,
    identity: group.identity,
    times,
    leadHours: (time) => leadHours[indexOf(time)],
    quality: (time) => flagsAt(indexOf(time)).slice(),
    ...(observed && { observedTime: (time) => observed[indexOf(time)] }),
    voidedCells: (time) => {
      const at = indexOf(time) * channels.length;
      return voided.slice(at, at + channels.length);
    },
    isWhole: (time) => flagsAt(indexOf(time)).every((flags) => (flags & REJECTING) === 0),
    readState: async (time) => {
      const at = indexOf(time);
      if (flagsAt(at).every((flags) => (flags & MISSING) !== 0)) return missing(size);
      return state.read("float32", [at, null, null, null]);
    },
    readField: async (time, channel) => {
      const at = indexOf(time);
      const index = channelIndex(channel);
      if ((flagsAt(at)[index] & MISSING) !== 0) return missing(cellCount(grid));
      return state.read("float32", [at, index, null, null]);
    },
    readStatic: async (name) => {
      if (!header.statics.includes(name)) return undefined;
      return readColumn(path, await group.array(name), "float32", [grid.ny, grid.nx]);
    },
  };
}

/** True when an archive of ours is at the path, whatever its version; damage shows when it is opened. */
export async function isArchive(path: string): Promise<boolean> {
  return (await formatAt(path)) === ARCHIVE_FORMAT;
}

/** The format a store says it has; undefined when nothing readable says so. */
export async function formatAt(path: string): Promise<unknown> {
  try {
    const { updraft } = (await openFolder(path)).attributes;
    return (updraft as { format?: unknown } | undefined)?.format;
  } catch (error) {
    if (isUpdraftError(error)) return undefined;
    throw error;
  }
}

const missing = (size: number): State => new Float32Array(size).fill(Number.NaN);

function readColumn<D extends "int64" | "int32" | "uint16" | "float32" | "float64">(
  path: string,
  array: ZarrArray,
  dataType: D,
  shape: readonly number[],
): Promise<ValuesOf[D]> {
  requireShape(array, shape, path);
  return array.read(dataType);
}

/** The shape the header promises, before anything of that size is allocated. */
export function requireShape(array: ZarrArray, shape: readonly number[], path: string): void {
  if (array.shape.join() === shape.join()) return;
  throw new DecodeError({
    place: `${path}/${array.name}`,
    expected: `shape ${shape.join("x")}`,
    got: array.shape.join("x"),
    remedy: "build the archive again",
  });
}
