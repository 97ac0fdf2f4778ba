/**
 * HRRR: where its files lie, which leads each cycle has, and what to take of them.
 *
 *   hrrr.YYYYMMDD/conus/hrrr.tHHz.wrf{sfc|prs|nat}fFF.grib2     an init time (day, HH) and a lead (FF), beside it its inventory .idx
 *
 * Sources: NOAA Open Data Dissemination; NWS service change notices on HRRR v2, v3, v4; dynamical.org's notes on the first safe times.
 * @module
 */
import {
  formatHour,
  type InitTime,
  type LeadHours,
  RequestError,
  SECONDS_PER_HOUR,
  type UtcSeconds,
  utcSeconds,
  VARIABLE_NAMES,
} from "../core/index.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { HRRR_PARAMETERS, hrrrParameter, parseNames, wantOf } from "./parameters.ts";
import { type Place, siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
import type { Way } from "./way.ts";

export type HrrrSource = "aws" | "google" | "azure" | "nomads";

interface HrrrArchive {
  /** Before the file's own path. */
  readonly prefix: string;
  readonly from: UtcSeconds;
  readonly keepsHours?: number;
}

/** Places with copies of the archive, and what each has; the preferred one first. */
const ARCHIVES: Readonly<Record<HrrrSource, HrrrArchive>> = {
  aws: { prefix: "", from: utcSeconds(2014, 7, 30) },
  google: { prefix: "", from: utcSeconds(2014, 7, 30) },
  azure: { prefix: "", from: utcSeconds(2021, 3, 21) },
  // Today and yesterday; asked for older files it would only count the hits.
  nomads: { prefix: "hrrr/prod/", from: utcSeconds(2014, 7, 30), keepsHours: 48 },
};

export const HRRR_SOURCES: readonly HrrrSource[] = Object.keys(ARCHIVES) as HrrrSource[];

/** Two-dimensional fields, pressure levels, native levels. The 15-minute files hold several leads each and are none of these. */
export const HRRR_FILE_KINDS = ["sfc", "prs", "nat"] as const;
export type HrrrFileKind = (typeof HRRR_FILE_KINDS)[number];

interface HrrrVersion {
  readonly from: InitTime;
  /** At 00, 06, 12 and 18 UTC. */
  readonly longest: LeadHours;
  readonly otherwise: LeadHours;
}

/** Newest first. Before the first there were experimental files of v1's kind. */
const VERSIONS: readonly HrrrVersion[] = [
  { from: utcSeconds(2020, 12, 2, 12) as InitTime, longest: 48, otherwise: 18 },
  { from: utcSeconds(2018, 7, 12) as InitTime, longest: 36, otherwise: 18 },
  { from: utcSeconds(2016, 8, 23) as InitTime, longest: 18, otherwise: 18 },
  { from: utcSeconds(2014, 7, 30) as InitTime, longest: 15, otherwise: 15 },
];

const LONG_CYCLE_HOURS = 6;

/** The longest lead that was made from an init time; `undefined` before the archives begin. */
export function longestLead(initTime: InitTime): LeadHours | undefined {
  const version = VERSIONS.find(({ from }) => initTime >= from);
  const isLong = (initTime / SECONDS_PER_HOUR) % LONG_CYCLE_HOURS === 0;
  return version && (isLong ? version.longest : version.otherwise);
}

/** "hrrr.20180722/conus/hrrr.t01z.wrfsfcf03.grib2" */
export function hrrrPath(initTime: InitTime, leadHours: LeadHours, fileKind: HrrrFileKind): string {
  const { day, hour } = dayAndHour(initTime);
  return `hrrr.${day}/conus/hrrr.t${hour}z.wrf${fileKind}f${twoDigits(leadHours)}.grib2`;
}

export interface HrrrRequest {
  readonly initTimes: readonly InitTime[];
  readonly leads: readonly LeadHours[];
  readonly fileKind: HrrrFileKind;
  readonly sources: readonly HrrrSource[];
  /** Names of `parameters.ts`; those that never change are fetched once, see `hrrrFixedTargets`. */
  readonly names: readonly string[];
  /** Regular expressions on the inventory. */
  readonly searches: readonly string[];
}

/**
 * One target for each init time and lead that HRRR makes; leads that a cycle does not have are passed over.
 * @throws RequestError when nothing remains, or an init time lies between the hours
 */
export function hrrrTargets(request: HrrrRequest, way: Way): GribTarget[] {
  const { initTimes, leads, fileKind } = request;
  const targets = initTimes.flatMap((initTime): GribTarget[] =>
    leads
      .filter((lead) => lead <= (longestLead(initTime) ?? Number.NEGATIVE_INFINITY))
      .map((leadHours) => ({
        path: hrrrPath(initTime, leadHours, fileKind),
        initTime,
        leadHours,
        places: placesFor(request, initTime, leadHours, way),
        wants: wantsFor(request, leadHours),
      })),
  );
  const between = initTimes.find((time) => time % SECONDS_PER_HOUR !== 0);
  if (targets.length > 0 && between === undefined) return targets;
  if (between !== undefined) {
    throw new RequestError({ place: "--from", expected: "whole hours: HRRR starts at each", got: formatHour(between) });
  }
  throw new RequestError({
    place: "--leads",
    expected: `leads that HRRR makes from ${formatHour(initTimes[0])}: up to ${longestLead(initTimes[0]) ?? "none"} h`,
    got: leads.join(","),
    remedy: "00, 06, 12 and 18 UTC go to 48 h since 2020-12-02 and to 36 h since 2018-07-12; other hours to 18 h",
  });
}

/** What of a request never changes. */
export function fixedNames({ names }: HrrrRequest): string[] {
  return names.filter(isFixed);
}

const isFixed = (name: string): boolean => Object.hasOwn(HRRR_PARAMETERS, name) && HRRR_PARAMETERS[name].fixed === true;

/** One target for each init time that could give the fields that never change; the first that works is enough. */
export function hrrrFixedTargets(request: HrrrRequest, way: Way): GribTarget[] {
  const wants = fixedNames(request).map((name) => wantNamed(name, 0));
  return request.initTimes.map((initTime) => ({
    path: "static/hrrr.wrfsfcf00.grib2",
    initTime,
    leadHours: 0,
    places: placesFor({ ...request, fileKind: "sfc" }, initTime, 0, way),
    wants,
  }));
}

function wantsFor({ names, searches }: HrrrRequest, leadHours: LeadHours): Want[] {
  const changing = names.filter((name) => !isFixed(name));
  return [
    ...changing.map((name) => wantNamed(name, leadHours)),
    ...searches.map((search) => ({ name: search, search })),
  ];
}

function wantNamed(name: string, leadHours: LeadHours): Want {
  const parameter = hrrrParameter(name);
  if (parameter === undefined) throw new RangeError(`no parameter ${name}`);
  return wantOf(name, parameter, leadHours);
}

function placesFor(
  { sources, fileKind }: Pick<HrrrRequest, "sources" | "fileKind">,
  initTime: InitTime,
  leadHours: LeadHours,
  { http, sites, clock }: Way,
): Place[] {
  const path = hrrrPath(initTime, leadHours, fileKind);
  return sources
    .filter((source) => {
      const archive = ARCHIVES[source];
      const age = (clock.now() - initTime) / SECONDS_PER_HOUR;
      return initTime >= archive.from && (archive.keepsHours === undefined || age <= archive.keepsHours);
    })
    .map((source) => siteFile(http, sites, source, `${ARCHIVES[source].prefix}${path}`));
}

const LATEST_CYCLES = 12;

/**
 * The newest init time whose longest wanted lead is there: files appear one by one, so the last one tells.
 * @throws RequestError when none of the last twelve hours' cycles has it
 */
export async function latestHrrr(request: Omit<HrrrRequest, "initTimes">, way: Way): Promise<InitTime> {
  const longest = Math.max(...request.leads);
  const newest = Math.floor(way.clock.now() / SECONDS_PER_HOUR);
  for (let back = 0; back < LATEST_CYCLES; back++) {
    const initTime = ((newest - back) * SECONDS_PER_HOUR) as InitTime;
    if (longest > (longestLead(initTime) ?? Number.NEGATIVE_INFINITY)) continue;
    for (const place of placesFor(request, initTime, longest, way)) {
      if (await place.hasInventory()) return initTime;
    }
  }
  throw new RequestError({
    place: "--latest",
    expected: `a cycle of the last ${LATEST_CYCLES} hours with +${longest} h`,
    got: "none",
    remedy: "try again in a few minutes, or name the time with --from",
  });
}

/** @throws RequestError for a source that is not in the table, or one given twice */
export function parseHrrrSources(text: string, place: string): HrrrSource[] {
  return parseNames(text, place, HRRR_SOURCES) as HrrrSource[];
}

/** Default: the seven that archives hold. */
export const HRRR_DEFAULT_NAMES: readonly string[] = VARIABLE_NAMES;
