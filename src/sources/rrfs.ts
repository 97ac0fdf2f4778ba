/**
 * RRFS and the members of its ensemble, on HRRR's own grid:
 *
 *   rrfs.YYYYMMDD/HH/rrfs.tHHz.2dfld.3km.fFFF.conus.grib2                            control, f000–f084
 *   rrfsens.YYYYMMDD/HH/m00N/rrfs.tHHz.m00N.2dfldnomads.3km.fFFF.conus.grib2         members 1 to 5, f000–f060
 *
 * at 00, 06, 12 and 18 UTC. Control and members of this cycle and the one before, with HRRR's two, are the fourteen of REFS.
 * Sources: s3://noaa-rrfs-ops-pds; NWS SCN 26-47, 26-48; real inventories of 2026-09-15.
 * @module
 */
import {
  formatHour,
  type InitTime,
  type LeadHours,
  RequestError,
  SECONDS_PER_HOUR,
  utcSeconds,
} from "../core/index.ts";
import { type ArchiveSpan, withinReach } from "./archive-span.ts";
import { dayAndHour, threeDigits } from "./file-names.ts";
import { HRRR_NAMES, hrrrParameter, isWindow, parseNames, wantOf } from "./parameters.ts";
import { siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
import type { Way } from "./way.ts";

export const RRFS_MEMBERS = ["control", "1", "2", "3", "4", "5"] as const;
export type RrfsMember = (typeof RRFS_MEMBERS)[number];

const CONTROL: ArchiveSpan = { title: "RRFS on AWS", from: utcSeconds(2026, 8, 12) };
const ENSEMBLE: ArchiveSpan = { title: "RRFS's members on AWS", from: utcSeconds(2026, 9, 9, 12) };

/** f060 of a member comes three and a half hours after the init time. */
const PUBLISHED_WITHIN_HOURS = 6;
const CYCLE_SECONDS = 6 * SECONDS_PER_HOUR;
const LONGEST_LEAD: Readonly<Record<"control" | "member", LeadHours>> = { control: 84, member: 60 };

/** Of our names for HRRR's fields, what its files lack. */
const LACKING: Readonly<Record<"control" | "member", readonly string[]>> = {
  control: ["mslma", "mxuphl02"],
  member: ["mslma", "mxuphl02", "refd1km", "refd4km", "mlcape", "mlcin", "mucape", "land"],
};

const kindOf = (member: RrfsMember): "control" | "member" => (member === "control" ? "control" : "member");

export interface RrfsRequest {
  readonly initTimes: readonly InitTime[];
  readonly leads: readonly LeadHours[];
  readonly members: readonly RrfsMember[];
  /** Names of HRRR's fields, see `parameters.ts`. */
  readonly names: readonly string[];
  readonly searches: readonly string[];
}

export function rrfsPath(initTime: InitTime, leadHours: LeadHours, member: RrfsMember): string {
  const { day, hour } = dayAndHour(initTime);
  const lead = threeDigits(leadHours);
  if (member === "control") return `rrfs.${day}/${hour}/rrfs.t${hour}z.2dfld.3km.f${lead}.conus.grib2`;
  const name = `m${threeDigits(Number(member))}`;
  return `rrfsens.${day}/${hour}/${name}/rrfs.t${hour}z.${name}.2dfldnomads.3km.f${lead}.conus.grib2`;
}

/**
 * One target for each init time, lead and member; what is of a window of time is passed over at lead 0.
 * @throws RequestError for a cycle or lead there is not, or a field that the files never hold
 */
export function rrfsTargets(request: RrfsRequest, { http, sites, clock }: Way): GribTarget[] {
  const { initTimes, leads, members } = request;
  requireAsked(request);
  const targets = initTimes.flatMap((initTime) =>
    leads.flatMap((leadHours) =>
      members.map((member) => {
        const path = rrfsPath(initTime, leadHours, member);
        const span = member === "control" ? CONTROL : ENSEMBLE;
        return {
          path,
          initTime,
          leadHours,
          ...withinReach([{ span, there: siteFile(http, sites, "rrfs", path) }], initTime, clock.now()),
          publishedWithinHours: PUBLISHED_WITHIN_HOURS,
          wants: wantsAt(request, leadHours),
        };
      }),
    ),
  );
  const asked = targets.filter(({ wants }) => wants.length > 0);
  if (asked.length > 0) return asked;
  const expected = `leads from 1 h on for ${request.names.join(", ")}: maxima and sums over time have not begun at f000`;
  throw new RequestError({ place: "--leads", expected, got: leads.join(","), remedy: "ask for --leads 1" });
}

function requireAsked({ initTimes, leads, members, names }: RrfsRequest): void {
  const between = initTimes.find((time) => time % CYCLE_SECONDS !== 0);
  if (between !== undefined) {
    throw new RequestError({ place: "--from", expected: "00, 06, 12 or 18 UTC", got: formatHour(between) });
  }
  for (const member of members) {
    const longest = LONGEST_LEAD[kindOf(member)];
    const beyond = leads.find((lead) => lead > longest);
    if (beyond !== undefined) {
      const expected = `leads of 0 to ${longest} h for ${member === "control" ? "the control" : `member ${member}`}`;
      throw new RequestError({ place: "--leads", expected, got: String(beyond) });
    }
    const lacking = LACKING[kindOf(member)];
    const absent = names.find((name) => lacking.includes(name));
    if (absent === undefined) continue;
    const held = HRRR_NAMES.filter((name) => !lacking.includes(name));
    const expected = `what the ${kindOf(member)}'s files hold: ${held.join(", ")}`;
    throw new RequestError({ place: "--variables", expected, got: absent, remedy: "ask for one of these" });
  }
}

function wantsAt({ names, searches }: RrfsRequest, leadHours: LeadHours): Want[] {
  const named = names.flatMap((name) => {
    const parameter = hrrrParameter(name);
    if (parameter === undefined || (leadHours === 0 && isWindow(parameter))) return [];
    return [wantOf(name, parameter, leadHours)];
  });
  return [...named, ...searches.map((search) => ({ name: search, search }))];
}

/** "control,1,2". @throws RequestError for a member there is not */
export function parseRrfsMembers(text: string, place: string): RrfsMember[] {
  return parseNames(text, place, RRFS_MEMBERS) as RrfsMember[];
}
