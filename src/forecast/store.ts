/** @module */
import type { Ensemble, InitTime, LeadHours, State, StateSpace } from "../core/index.ts";

export interface ForecastDescription {
  readonly space: StateSpace;
  readonly initTime: InitTime;
  /** Ascending, above 0. */
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  readonly synthetic: boolean;
  /** What makes the forecast, for titles: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly method: string;
  /** Anything that identifies the making: seed, run, checkpoint. Compared on resume. */
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
  /** [channel, ny, nx] in physical units, the state all members start from. */
  readonly initial: State;
}

/** Writes members and leads in any order, from any number of processes; what is written stays written. */
export interface ForecastWriter {
  has(member: number, leadHours: LeadHours): Promise<boolean>;
  /** [channel, ny, nx] in physical units, atomically. */
  write(member: number, leadHours: LeadHours, state: State): Promise<void>;
  /** Checks that every part is there and gives the store its final name. @throws RequestError naming what is missing. */
  finish(): Promise<void>;
}

/** Begins, or resumes, `path.partial`. @throws RequestError when `path` exists or a partial of another forecast is in the way. */
export function createForecast(_path: string, _description: ForecastDescription): Promise<ForecastWriter> {
  throw new RangeError("not built yet");
}

/** @throws RequestError when there is no forecast at the path, DecodeError when its bytes are damaged. */
export function openForecast(_path: string): Promise<Ensemble> {
  throw new RangeError("not built yet");
}

/** True when the folder holds a forecast store of ours, whatever its version. */
export function isForecast(_path: string): Promise<boolean> {
  throw new RangeError("not built yet");
}
