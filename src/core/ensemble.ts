/**
 * A forecast ensemble as its readers see it: maps, files and scores know this contract and nothing of how it was made.
 * @module
 */
import type { Field, StateSpace } from "./field.ts";
import type { InitTime, LeadHours } from "./time.ts";
import type { VariableName } from "./variables.ts";

/** Whose a state is, and how old: an analysis and an observation are of their own time, a forecast was made before it. */
export interface StateSource {
  /** For people: "NOAA HRRR". */
  readonly source: string;
  /** Lead of the forecast it was taken from; 0 of an analysis or an observation. */
  readonly leadHours: LeadHours;
}

/** M members of one init time, read one field at a time so that memory does not grow with members or leads. */
export interface Ensemble extends StateSpace {
  readonly initTime: InitTime;
  /** Ascending, all above 0: the state at lead 0 is `readInitial`. */
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  /** True when the data come from the sandbox; whoever shows them says so. */
  readonly synthetic: boolean;
  /** What made the forecast, for titles and metadata: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly method: string;
  /** Where the state all members start from is from; absent where nobody recorded it. */
  readonly start?: StateSource;
  /** The state all members start from, in physical units, [ny, nx]. */
  readInitial(channel: VariableName): Promise<Field>;
  /** One member at one lead, in physical units, [ny, nx]. */
  readMember(member: number, leadHours: LeadHours, channel: VariableName): Promise<Field>;
}
