/**
 * An archive as everything downstream sees it, whatever it was made of: one state an hour, what is known about its quality, and
 * the statistics of its training hours. `openArchive` makes one; the sandbox and tests may make their own.
 * @module
 */
import type { Field, State, StateSpace, UtcSeconds, ValidTime, VariableName } from "../core/index.ts";
import type { ArchiveVersion, Provenance } from "./layout.ts";
import type { Splits } from "./splits.ts";
import type { StaticName } from "./statics.ts";
import type { ChannelStatistics } from "./statistics.ts";

export interface Archive extends StateSpace {
  readonly path: string;
  /** What tells it from any other at its path, for another thread that opens the same; absent where it is not on disk. */
  readonly identity?: string;
  /** Of its format; in an older one nobody looked for cells that drop out. */
  readonly version: ArchiveVersion;
  /** Every step from the first to the last valid time, the missing ones included. */
  readonly times: readonly ValidTime[];
  readonly stepHours: number;
  /** True when the data come from the sandbox; whoever shows them says so. */
  readonly synthetic: boolean;
  /** Where the data come from, for people: "NOAA HRRR", "sandbox". */
  readonly source: string;
  readonly splits: Splits;
  /** One a channel, in channel order, over the training split. */
  readonly statistics: readonly ChannelStatistics[];
  readonly provenance: Provenance;
  /** True when values are rounded to HRRR's own precision. */
  readonly rounding: boolean;
  /** The static fields that are there. */
  readonly statics: readonly StaticName[];
  /** Lead of the forecast each hour was taken from, in hours (0 is the analysis); NaN for a missing hour. */
  leadHours(time: ValidTime): number;
  /** When the observations of an hour were made, NaN for a missing hour; absent where hours are what they say. Errors as `quality`. */
  readonly observedTime?: (time: ValidTime) => UtcSeconds;
  /** Flags of `quality.ts`, one mask a channel. @throws RequestError for a time that is not on the axis. */
  quality(time: ValidTime): Uint16Array;
  /** Cells of each channel that dropped out (`dropouts.ts`): NaN in the state, even in a whole hour. Errors as `quality`. */
  voidedCells(time: ValidTime): Int32Array;
  /** Present, with every channel, and without a flag that rejects: fit to train on and to start from. */
  isWhole(time: ValidTime): boolean;
  /**
   * [channel, ny, nx] in physical units; channels that are missing are NaN.
   * @throws RequestError for a time that is not on the axis, DecodeError for damaged bytes.
   */
  readState(time: ValidTime): Promise<State>;
  /** [ny, nx]; errors as `readState`, and RequestError for a channel the archive lacks. */
  readField(time: ValidTime, channel: VariableName): Promise<Field>;
  /** [ny, nx]; `undefined` for a static field the archive lacks. */
  readStatic(name: StaticName): Promise<Field | undefined>;
}
