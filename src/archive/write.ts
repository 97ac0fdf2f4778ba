/** @module */
import type { LeadHours, ReportProgress, State, StateSpace, ValidTime } from "../core/index.ts";
import type { Provenance } from "./layout.ts";
import type { SplitPlan, Splits } from "./splits.ts";

/** One hour on its way into an archive. */
export interface ArchiveHour {
  readonly time: ValidTime;
  /** Lead of the forecast it was taken from; 0 for an analysis. */
  readonly leadHours: LeadHours;
  /** [channel, ny, nx], physical units; a missing channel is all NaN. */
  readonly state: State;
}

export interface ArchiveDescription {
  readonly space: StateSpace;
  readonly first: ValidTime;
  readonly last: ValidTime;
  /** Default 1. */
  readonly stepHours?: number;
  /** Where the data come from, for people. */
  readonly source: string;
  readonly synthetic: boolean;
  /** Blocks, or a plan to cut them by; default `DEFAULT_SPLIT_PLAN`. */
  readonly splits?: Splits | SplitPlan;
  readonly provenance: Provenance;
  /** Replace an archive that is already at the path. Default false. */
  readonly overwrite?: boolean;
}

/** Writes an archive, hour by hour in any order, aside as `path.partial`, and renames it when whole. */
export function createArchive(
  _path: string,
  _description: ArchiveDescription,
  _hours: AsyncIterable<ArchiveHour>,
  _report?: ReportProgress,
): Promise<void> {
  throw new RangeError("not built yet");
}
