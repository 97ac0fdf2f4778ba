/**
 * What is judged and by what, and whether the two go together: pooling forecasts of different make, or on different cells, would give
 * a number that means nothing.
 * @module
 */
import {
  describeGrid,
  type Ensemble,
  type Field,
  type InitTime,
  RequestError,
  type StateSpace,
  sameGrid,
  type ValidTime,
  type VariableName,
} from "../core/index.ts";

/** What forecasts are judged by, as plain functions, so that this room needs to know no archive. */
export interface Truth extends StateSpace {
  readonly path: string;
  /** Why an hour cannot serve, in words; `undefined` when it can. */
  readonly refusal: (time: ValidTime) => string | undefined;
  /** [ny, nx], physical units. */
  readonly readField: (time: ValidTime, channel: VariableName) => Promise<Field>;
}

/** A forecast and the path that names it in complaints. */
export interface NamedForecast {
  readonly path: string;
  readonly forecast: Ensemble;
}

/** @throws RequestError for another grid, a channel the truth lacks, ensembles of different make, or an init time given twice. */
export function checkComparable(forecasts: readonly NamedForecast[], truth: Truth): void {
  if (forecasts.length === 0) throw new RangeError("need at least one forecast");
  const first = forecasts[0];
  const initTimes = new Map<InitTime, string>();
  for (const { path, forecast } of forecasts) {
    const { grid, channels, memberCount, initTime } = forecast;
    if (!sameGrid(grid, truth.grid)) {
      throw new RequestError({
        place: path,
        expected: `the grid of ${truth.path}, ${describeGrid(truth.grid)}`,
        got: `${describeGrid(grid)}${describeGrid(grid) === describeGrid(truth.grid) ? " elsewhere" : ""}`,
        remedy: "give the archive that the forecast was made from",
      });
    }
    const absent = channels.filter((channel) => !truth.channels.includes(channel));
    if (absent.length > 0) {
      throw new RequestError({
        place: truth.path,
        expected: `channels ${channels.join(",")} of ${path}`,
        got: truth.channels.join(","),
        remedy: `give an archive with ${absent.join(",")}`,
      });
    }
    if (memberCount !== first.forecast.memberCount || channels.join() !== first.forecast.channels.join()) {
      throw new RequestError({
        place: path,
        expected: `${first.forecast.memberCount} members of ${first.forecast.channels.join(",")} as in ${first.path}`,
        got: `${memberCount} members of ${channels.join(",")}`,
        remedy: "score ensembles of different make in separate calls",
      });
    }
    const twin = initTimes.get(initTime);
    if (twin !== undefined) {
      throw new RequestError({
        place: path,
        expected: "forecasts of different init times",
        got: `the init time of ${twin} again`,
        remedy: "score different methods in separate calls",
      });
    }
    initTimes.set(initTime, path);
  }
}
