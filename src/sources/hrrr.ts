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
  utcSeconds,
  VARIABLE_NAMES,
} from "../core/index.ts";
import { type ArchiveSpan, withinReach } from "./archive-span.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { hrrrRemarks } from "./hrrr-remarks.ts";
import { HRRR_PARAMETERS, hrrrParameter, isWindow, parseNames, wantOf } from "./parameters.ts";
import { siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
import type { Way } from "./way.ts";

export type HrrrSource = "aws" | "google" | "azure" | "nomads";

interface HrrrArchive extends ArchiveSpan {
  /** Before the file's own path. */
  readonly prefix: string;
}

const FIRST_DAY = utcSeconds(2014, 7, 30);

/** Places with copies of the archive, and what each has; the preferred one first. */
const ARCHIVES: Readonly<Record<HrrrSource, HrrrArchive>> = {
  aws: { title: "HRRR on AWS", prefix: "", from: FIRST_DAY },
  google: { title: "HRRR on Google Cloud", prefix: "", from: FIRST_DAY },
  azure: { title: "HRRR on Azure", prefix: "", from: utcSeconds(2021, 3, 21) },
  // Today and yesterday; asked for older files it would only count the hits.
  nomads: { title: "HRRR on NOMADS", prefix: "hrrr/prod/", keepsHours: 48 },
};

/** Its last file, f48, comes an hour and fifty minutes after the init time. */
const PUBLISHED_WITHIN_HOURS = 3;

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
  { from: utcSeconds(2018, 7, 12, 12) as InitTime, longest: 36, otherwise: 18 },
  { from: utcSeconds(2016, 8, 23, 12) as InitTime, longest: 18, otherwise: 18 },
  { from: FIRST_DAY as InitTime, longest: 15, otherwise: 15 },
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
 * One target for each init time and lead that HRRR makes; leads that a cycle does not have are passed over, and at lead 0 what is of a
 * window of time.
 * @throws RequestError when nothing remains, or an init time lies between the hours
 */
export function hrrrTargets(request: HrrrRequest, way: Way): GribTarget[] {
  const { initTimes, leads, fileKind } = request;
  const between = initTimes.find((time) => time % SECONDS_PER_HOUR !== 0);
  if (between !== undefined) {
    throw new RequestError({ place: "--from", expected: "whole hours: HRRR starts at each", got: formatHour(between) });
  }
  const targets = initTimes.flatMap((initTime): GribTarget[] =>
    leads
      .filter((lead) => lead <= (longestLead(initTime) ?? Number.POSITIVE_INFINITY))
      .map((leadHours) => ({
        path: hrrrPath(initTime, leadHours, fileKind),
        initTime,
        leadHours,
        ...placesFor(request, initTime, leadHours, way),
        publishedWithinHours: PUBLISHED_WITHIN_HOURS,
        wants: wantsFor(request, leadHours),
        remarks: hrrrRemarks(initTime),
      })),
  );
  if (targets.length === 0) {
    const longest = longestLead(initTimes[0]) ?? "none";
    throw new RequestError({
      place: "--leads",
      expected: `leads that HRRR makes from ${formatHour(initTimes[0])}: up to ${longest} h`,
      got: leads.join(","),
      remedy:
        "00, 06, 12 and 18 UTC go to 48 h since 2020-12-02T12Z and to 36 h since 2018-07-12T12Z; other hours to 18 h",
    });
  }
  const asked = targets.filter(({ wants }) => wants.length > 0);
  if (asked.length > 0) return asked;
  throw new RequestError({
    place: "--leads",
    expected: `leads from 1 h on for ${request.names.join(", ")}: maxima and sums over time have not begun at f00`,
    got: leads.join(","),
    remedy: "HRRR fills them with constants there; ask for --leads 1, or for other variables",
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
    ...placesFor({ ...request, fileKind: "sfc" }, initTime, 0, way),
    publishedWithinHours: PUBLISHED_WITHIN_HOURS,
    wants,
  }));
}

function wantsFor({ names, searches }: HrrrRequest, leadHours: LeadHours): Want[] {
  const changing = names.filter((name) => !isFixed(name) && !(leadHours === 0 && isOfWindow(name)));
  return [
    ...changing.map((name) => wantNamed(name, leadHours)),
    ...searches.map((search) => ({ name: search, search })),
  ];
}

function isOfWindow(name: string): boolean {
  const parameter = hrrrParameter(name);
  return parameter !== undefined && isWindow(parameter);
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
): Pick<GribTarget, "places" | "outside"> {
  const path = hrrrPath(initTime, leadHours, fileKind);
  const candidates = sources.map((source) => ({
    span: ARCHIVES[source],
    there: siteFile(http, sites, source, `${ARCHIVES[source].prefix}${path}`),
  }));
  return withinReach(candidates, initTime, clock.now());
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
    for (const place of placesFor(request, initTime, longest, way).places) {
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
