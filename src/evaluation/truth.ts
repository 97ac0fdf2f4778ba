/**
 * What forecasts are judged by, as plain functions, so that the flow needs to know no archive and no radar.
 * @module
 */
import type { Field, StateSpace, ValidTime, VariableName } from "../core/index.ts";

export interface Truth extends StateSpace {
  readonly path: string;
  /** For people: "NOAA HRRR analyses", "MRMS". */
  readonly source: string;
  readonly synthetic: boolean;
  /** Why an hour cannot serve, in words; `undefined` when it can. */
  readonly refusal: (time: ValidTime) => string | undefined;
  /** Why an hour cannot serve that looked as if it could, found by opening it: a damaged file. Absent: nothing can be found so. */
  readonly damage?: (time: ValidTime) => Promise<string | undefined>;
  /** What it says of these hours, as one short text: another truth at the same path has another. */
  readonly digest: (times: readonly ValidTime[]) => Promise<string>;
  /** [ny, nx], physical units; NaN where nobody looked. */
  readonly readField: (time: ValidTime, channel: VariableName) => Promise<Field>;
}
