/**
 * One stored hour read again, every byte of it, and all that the archive says of it computed anew.
 * @module
 */
import { cellCount, fieldOf, type LeadHours, type ValidTime } from "../../core/index.ts";
import { openArchive } from "../read.ts";
import { type HourRecord, recordHour } from "../record.ts";
import { isRounded, KEPT_BITS } from "../rounding.ts";

export interface RereadTask {
  readonly path: string;
  readonly identity: string | undefined;
  readonly time: ValidTime;
  readonly leadHours: LeadHours;
}

export interface StoredHour {
  readonly record: HourRecord;
  /** Channels with values that rounding would change, in an archive that says it is rounded. */
  readonly unrounded: readonly string[];
}

/** Reads one hour. @throws DecodeError when its shard is absent or damaged. */
export async function rereadHour({ path, identity, time, leadHours }: RereadTask): Promise<StoredHour> {
  const archive = await openArchive(path, identity);
  const state = await archive.readState(time);
  const cells = cellCount(archive.grid);
  const unrounded = archive.channels.filter(
    (channel, at) => archive.rounding && !isRounded(fieldOf(state, at, cells), KEPT_BITS[channel]),
  );
  const voidedBefore = archive.voidedCells(time);
  return { record: recordHour({ time, leadHours, state }, archive, { voidedBefore }), unrounded };
}
