/**
 * Climatology by hour of the day: each member is the weather of some training hour at this time of day, whatever the analysis says.
 *
 *   x_m(valid time) = state(t_m),   t_m drawn without replacement from the whole hours of the training split with the same time of day
 *
 * Drawn anew for every valid time, so that all members together are a sample of that hour's climate; a single member is no history.
 * Hours of the validation and test splits are never drawn.
 * @module
 */
import { type Archive, hoursDigest, splitOf } from "../../archive/index.ts";
import {
  formatHour,
  hourOfDay,
  type InitTime,
  type LeadHours,
  permutation,
  RequestError,
  type ValidTime,
  validTime,
} from "../../core/index.ts";
import { readChannels } from "../../run/index.ts";
import { oneByOne } from "../forecaster.ts";
import type { ForecastMethod } from "../method.ts";

export interface ClimatologyOptions {
  readonly seed: number;
  readonly initTime: InitTime;
  /** Every lead that will be asked for: the fewest training hours of any of them limit the members. */
  readonly leadHours: readonly LeadHours[];
}

/** @throws RequestError when the training split has no whole hour at some lead's time of day */
export async function climatology(
  archive: Archive,
  { seed, initTime, leadHours }: ClimatologyOptions,
): Promise<ForecastMethod> {
  const { channels, grid, stepHours } = archive;
  const pools = new Map(leadHours.map((lead) => [lead, trainingHoursLike(archive, validTime(initTime, lead))]));
  const memberLimit = Math.min(...[...pools.values()].map(({ length }) => length));
  const hours = await hoursDigest(archive, [...pools.values()].flat());
  return {
    title: "climatology by hour",
    space: { channels, grid },
    stepHours,
    provenance: { ...(hours !== undefined && { hours }) },
    splits: archive.splits,
    forecast: oneByOne(async (_, { member, leadHours: lead, time }) => {
      const pool = pools.get(lead) ?? [];
      const order = permutation({ seed, purpose: "climatology", index: time }, pool.length);
      return readChannels(archive, channels, pool[order[member]]);
    }),
    batch: 1,
    keepsMissing: true,
    memberLimit,
    close: async () => {},
  };
}

/** The whole hours of the training split at this time of day. */
function trainingHoursLike(archive: Archive, time: ValidTime): ValidTime[] {
  const { times, splits, path } = archive;
  const hour = hourOfDay(time);
  const pool = times.filter((t) => hourOfDay(t) === hour && splitOf(splits, t) === "train" && archive.isWhole(t));
  if (pool.length > 0) return pool;
  throw new RequestError({
    place: path,
    expected: `a whole training hour at the time of day of ${formatHour(time)}`,
    got: "none",
    remedy: "use an archive whose training split is at least a day long",
  });
}
