/**
 * Whether an archive can feed a run, and its states in the run's own channels: asked by those who train and by those who forecast.
 * @module
 */
import type { Archive } from "../archive/index.ts";
import {
  cellCount,
  DecodeError,
  describeAgainst,
  describeGrid,
  fieldOf,
  formatTime,
  RequestError,
  type State,
  type StateSpace,
  sameGrid,
  type ValidTime,
} from "../core/index.ts";
import { type FilledState, fillGaps } from "./gaps.ts";

/** @throws RequestError when the archive has another grid or lacks a channel */
export function requireFit(archive: StateSpace & { readonly path: string }, { channels, grid }: StateSpace): void {
  if (!sameGrid(archive.grid, grid)) {
    throw new RequestError({
      place: archive.path,
      expected: describeGrid(grid),
      got: describeAgainst(archive.grid, grid),
    });
  }
  const absent = channels.filter((channel) => !archive.channels.includes(channel));
  if (absent.length > 0) {
    throw new RequestError({
      place: archive.path,
      expected: `channels ${channels.join(",")}`,
      got: archive.channels.join(","),
      remedy: `rebuild the archive with ${absent.join(",")} among its --variables`,
    });
  }
}

/**
 * A state in the channels asked for, [channel, ny, nx], whatever others the archive holds. Cells that dropped out are NaN (`readFilled` gives
 * them numbers), all others finite.
 * @throws RequestError when the hour is not there, is missing or was rejected; DecodeError for another cell that is not finite in an hour said to be
 */
export async function readChannels(
  archive: Archive,
  channels: StateSpace["channels"],
  time: ValidTime,
): Promise<State> {
  if (!archive.times.includes(time) || !archive.isWhole(time)) refuseHour(archive, time, "a whole hour");
  const state = await archive.readState(time);
  requireFinite(archive, state, time);
  return inChannels(archive, channels, state);
}

/** The same as a network can take it: numbers alone, and which of them were filled. Errors as `readChannels`. */
export async function readFilled(
  archive: Archive,
  channels: StateSpace["channels"],
  time: ValidTime,
): Promise<FilledState> {
  return fillGaps(await readChannels(archive, channels, time), archive);
}

/**
 * The same for those who can hand on what is missing: the hour must be there, and may have cells without a value.
 * @throws RequestError when the hour is not there
 */
export async function readPresent(archive: Archive, channels: StateSpace["channels"], time: ValidTime): Promise<State> {
  // The lead of an hour that is missing altogether is NaN.
  if (!archive.times.includes(time) || Number.isNaN(archive.leadHours(time))) refuseHour(archive, time, "an hour");
  return inChannels(archive, channels, await archive.readState(time));
}

function refuseHour(archive: Archive, time: ValidTime, wanted: string): never {
  const [first, last] = [archive.times[0], archive.times.at(-1) as ValidTime].map(formatTime);
  throw new RequestError({
    place: archive.path,
    expected: `${wanted} at ${formatTime(time)}`,
    got: archive.times.includes(time) ? "one that is missing or rejected" : `hours from ${first} to ${last}`,
    remedy: "see `updraft archive inspect`",
  });
}

function inChannels(archive: Archive, channels: StateSpace["channels"], state: State): State {
  if (channels.join() === archive.channels.join()) return state;
  const cells = cellCount(archive.grid);
  const out = new Float32Array(channels.length * cells);
  for (const [at, channel] of channels.entries()) {
    out.set(fieldOf(state, archive.channels.indexOf(channel), cells), at * cells);
  }
  return out;
}

/** An hour that passes for whole lacks only the cells it says it lacks: another would be learnt, or grow from step to step. */
function requireFinite(archive: Archive, state: State, time: ValidTime): void {
  let sum = 0;
  for (let at = 0; at < state.length; at++) sum += state[at];
  if (Number.isFinite(sum)) return;
  const cells = cellCount(archive.grid);
  const voided = archive.voidedCells(time).slice();
  // As many NaN as a channel is said to lack; the first beyond that is the bad one.
  const bad = state.findIndex(
    (value, at) => !Number.isFinite(value) && !(Number.isNaN(value) && voided[Math.floor(at / cells)]-- > 0),
  );
  if (bad < 0) return;
  throw new DecodeError({
    place: `${archive.path} ${formatTime(time)} ${archive.channels[Math.floor(bad / cells)]} cell ${bad % cells}`,
    expected: "a finite value in an hour that is marked whole",
    got: String(state[bad]),
    remedy: "see `updraft archive validate`, and build the archive again",
  });
}
