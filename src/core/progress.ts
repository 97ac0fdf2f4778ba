/**
 * How long work tells where it stands. Rooms report; only the edge (`cli/progress.ts`) knows about terminals and clocks.
 * @module
 */

export interface ProgressEvent {
  /** What is being done: "train forecaster", "draw maps". */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** What is counted: "hours", "steps", "maps". */
  readonly unit: string;
  /** Anything worth seeing beside the count: "loss 0.0312". */
  readonly note?: string;
  /** Numbers worth seeing as a curve, oldest first, where there is a terminal to draw one. */
  readonly trend?: readonly number[];
}

export type ReportProgress = (event: ProgressEvent) => void;
