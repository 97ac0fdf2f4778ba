/**
 * GFS at 0.25 degrees, the large scale around a storm, at the times that are wanted: for each the newest cycle that would have been out.
 *
 *   cycle = the last of 00, 06, 12, 18 UTC at least `lagHours` before the time,   lead = time − cycle
 *
 * With lag 0 it is the analysis where there is one; a forecaster working in real time had to do with about 5 hours.
 *
 *   to v15   gfs.YYYYMMDD/HH/gfs.tHHz.pgrb2.0p25.fFFF
 *   v16      gfs.YYYYMMDD/HH/atmos/gfs.tHHz.pgrb2.0p25.fFFF                                (2021-03-22 12Z)
 *   v17      gfs.YYYYMMDD/HH/products/atmos/grib2/0p25/gfs.tHHz.pres_a.0p25.fFFF.grib2     (its day is not known)
 *
 * A name that is not there is looked for under the next layout. Sources: s3://noaa-gfs-bdp-pds; Herbie's gfs.py; NOAA-EMC/EVS issue 1046;
 * NOAA-EMC/rrfs-workflow 1503 and 1545 on v17; NOAA-EMC/UPP pull request 127 on specific humidity.
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
  utcSeconds,
  type ValidTime,
} from "../core/index.ts";
import { type ArchiveSpan, withinReach } from "./archive-span.ts";
import { dayAndHour, threeDigits } from "./file-names.ts";
import { GFS_PARAMETERS, wantOf } from "./parameters.ts";
import { siteFile } from "./remote.ts";
import { firstBelow, remembered } from "./s3-listing.ts";
import type { SiteName } from "./sites.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
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

const V16 = utcSeconds(2021, 3, 22, 12);

/** The usual fields, or those that fewer ask for: specific humidity at pressure levels among them, before v16. */
type GfsFile = "pgrb2" | "pgrb2b";
type Layout = (initTime: InitTime, leadHours: LeadHours, file: GfsFile) => string;

const TO_V15: Layout = (initTime, leadHours, file) => {
  const { day, hour } = dayAndHour(initTime);
  return `gfs.${day}/${hour}/gfs.t${hour}z.${file}.0p25.f${threeDigits(leadHours)}`;
};
const OF_V16: Layout = (initTime, leadHours, file) => {
  const { day, hour } = dayAndHour(initTime);
  return `gfs.${day}/${hour}/atmos/gfs.t${hour}z.${file}.0p25.f${threeDigits(leadHours)}`;
};
const OF_V17: Layout = (initTime, leadHours, file) => {
  const { day, hour } = dayAndHour(initTime);
  const name = `gfs.t${hour}z.pres_${file === "pgrb2" ? "a" : "b"}.0p25.f${threeDigits(leadHours)}.grib2`;
  return `gfs.${day}/${hour}/products/atmos/grib2/0p25/${name}`;
};

/** Where files of that time may lie, the likely place first. */
function layoutsOf(initTime: InitTime): readonly Layout[] {
  return initTime < V16 ? [TO_V15, OF_V16] : [OF_V16, OF_V17];
}

/** The name a file has under the layout of its time. */
export function gfsPath(initTime: InitTime, leadHours: LeadHours, file: GfsFile = "pgrb2"): string {
  return layoutsOf(initTime)[0](initTime, leadHours, file);
}

/** Who has copies, the preferred one first. */
const ARCHIVES: readonly (ArchiveSpan & { readonly site: SiteName; readonly prefix: string })[] = [
  { title: "GFS on AWS", site: "gfs", prefix: "", from: utcSeconds(2021, 1, 1) },
  { title: "GFS on Google Cloud", site: "gfs-google", prefix: "", from: utcSeconds(2021, 1, 1) },
  { title: "GFS on NOMADS", site: "nomads", prefix: "gfs/prod/", keepsHours: 240 },
];

/** f384 comes about five hours after the init time. */
const PUBLISHED_WITHIN_HOURS = 8;

/** @throws RequestError for times between the hours, or a lag beyond the hourly leads */
export function gfsTargets({ validTimes, lagHours, names, searches }: GfsRequest, way: Way): GribTarget[] {
  const others = otherNamesOf(way);
  return validTimes.flatMap((validTime) => {
    const { initTime, leadHours } = gfsCycle(validTime, lagHours);
    if (!Number.isInteger(leadHours) || leadHours > LONGEST_HOURLY_LEAD) {
      const expected = `whole hours, at most ${LONGEST_HOURLY_LEAD} h after a cycle`;
      throw new RequestError({ place: "--from", expected, got: `${formatHour(validTime)}, +${formatLead(leadHours)}` });
    }
    const uncommon = (name: string): boolean => initTime < V16 && /^q\d+$/.test(name);
    const wants = (some: readonly string[]): Want[] =>
      some.map((name) => wantOf(name, GFS_PARAMETERS[name], leadHours));
    const files: readonly (readonly [GfsFile, readonly Want[]])[] = [
      [
        "pgrb2",
        [...wants(names.filter((name) => !uncommon(name))), ...searches.map((search) => ({ name: search, search }))],
      ],
      ["pgrb2b", wants(names.filter(uncommon))],
    ];
    return files
      .filter(([, asked]) => asked.length > 0)
      .map(([file, asked]) => ({
        // NCEP's name has no ending that says GRIB2; ours has.
        path: `${gfsPath(initTime, leadHours, file)}.grib2`,
        initTime,
        leadHours,
        ...placesFor(initTime, leadHours, file, way),
        publishedWithinHours: PUBLISHED_WITHIN_HOURS,
        otherNames: () => others(initTime),
        wants: asked,
      }));
  });
}

function placesFor(
  initTime: InitTime,
  leadHours: LeadHours,
  file: GfsFile,
  { http, sites, clock }: Way,
): Pick<GribTarget, "places" | "outside"> {
  const candidates = ARCHIVES.flatMap((span) =>
    layoutsOf(initTime).map((layout) => ({
      span,
      there: siteFile(http, sites, span.site, `${span.prefix}${layout(initTime, leadHours, file)}`),
    })),
  );
  return withinReach(candidates, initTime, clock.now());
}

/** Whether a cycle is there though none of our layouts has a file of it: asked once a cycle. */
function otherNamesOf({ http, sites }: Way): (initTime: InitTime) => Promise<string | undefined> {
  return remembered(async (initTime) => {
    for (const layout of layoutsOf(initTime)) {
      // The name up to the lead: any file of that layout.
      const known = layout(initTime, 0, "pgrb2").replace(/f000(\.grib2)?$/, "");
      if ((await firstBelow(http, sites, "gfs", known)) !== undefined) return undefined;
    }
    const { day, hour } = dayAndHour(initTime);
    return firstBelow(http, sites, "gfs", `gfs.${day}/${hour}/`);
  });
}
