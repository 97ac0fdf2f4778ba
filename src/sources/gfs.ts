/**
 * GFS at 0.25 degrees, the large scale around a storm, at the times that are wanted: for each the newest cycle that would have been out.
 *
 *   cycle = the last of 00, 06, 12, 18 UTC at least `lagHours` before the time,   lead = time − cycle
 *   gfs.YYYYMMDD/HH/atmos/gfs.tHHz.pgrb2.0p25.fFFF
 *
 * With lag 0 it is the analysis where there is one; a forecaster working in real time had to do with about 5 hours.
 * Source: s3://noaa-gfs-bdp-pds.
 * @module
 */
import {
  formatHour,
  formatLead,
  type InitTime,
  type LeadHours,
  leadTime,
  RequestError,
  SECONDS_PER_HOUR,
  type ValidTime,
} from "../core/index.ts";
import { dayAndHour, threeDigits } from "./file-names.ts";
import { GFS_PARAMETERS, wantOf } from "./parameters.ts";
import { siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Way } from "./way.ts";

const CYCLE_SECONDS = 6 * SECONDS_PER_HOUR;
/** Hourly to here, then every three hours. */
const LONGEST_HOURLY_LEAD = 120;

export interface GfsRequest {
  readonly validTimes: readonly ValidTime[];
  readonly lagHours: number;
  /** Names of `GFS_PARAMETERS`. */
  readonly names: readonly string[];
  readonly searches: readonly string[];
}

export const GFS_NAMES: readonly string[] = Object.keys(GFS_PARAMETERS);

/** Which cycle and lead stand for a time. */
export function gfsCycle(validTime: ValidTime, lagHours: number): { initTime: InitTime; leadHours: LeadHours } {
  const latest = validTime - lagHours * SECONDS_PER_HOUR;
  const initTime = (Math.floor(latest / CYCLE_SECONDS) * CYCLE_SECONDS) as InitTime;
  return { initTime, leadHours: leadTime(initTime, validTime) };
}

export function gfsPath(initTime: InitTime, leadHours: LeadHours): string {
  const { day, hour } = dayAndHour(initTime);
  return `gfs.${day}/${hour}/atmos/gfs.t${hour}z.pgrb2.0p25.f${threeDigits(leadHours)}`;
}

/** @throws RequestError for times between the hours, or a lag beyond the hourly leads */
export function gfsTargets({ validTimes, lagHours, names, searches }: GfsRequest, { http, sites }: Way): GribTarget[] {
  return validTimes.map((validTime) => {
    const { initTime, leadHours } = gfsCycle(validTime, lagHours);
    if (!Number.isInteger(leadHours) || leadHours > LONGEST_HOURLY_LEAD) {
      const expected = `whole hours, at most ${LONGEST_HOURLY_LEAD} h after a cycle`;
      throw new RequestError({ place: "--from", expected, got: `${formatHour(validTime)}, +${formatLead(leadHours)}` });
    }
    const remote = gfsPath(initTime, leadHours);
    return {
      // NCEP's name has no ending that says GRIB2; ours has.
      path: `${remote}.grib2`,
      initTime,
      leadHours,
      places: [siteFile(http, sites, "gfs", remote)],
      wants: [
        ...names.map((name) => wantOf(name, GFS_PARAMETERS[name], leadHours)),
        ...searches.map((search) => ({ name: search, search })),
      ],
    };
  });
}
