/**
 * REFS, the ensemble that took HREF's place in October 2026, on HRRR's own grid:
 *
 *   refs.YYYYMMDD/HH/ensprod/refs.tHHz.{product}.fFF.conus.grib2      00, 06, 12, 18 UTC, f01–f60; there is no f00
 *
 * Single leads are often missing. Source: s3://noaa-rrfs-ops-pds; NWS SCN 26-47, 26-48.
 * @module
 */
import { type InitTime, type LeadHours, RequestError, utcSeconds } from "../core/index.ts";
import { type ArchiveSpan, withinReach } from "./archive-span.ts";
import { type EnsembleHoldings, heldOf, REFS_HOLDINGS, requireHeld } from "./ensemble-holdings.ts";
import { type EnsembleProduct, type EnsembleSelection, ensembleWants } from "./ensemble-products.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { siteFile } from "./remote.ts";
import { firstBelow, remembered } from "./s3-listing.ts";
import type { SiteName } from "./sites.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
import type { Way } from "./way.ts";

export interface EnsembleRequest extends EnsembleSelection {
  readonly initTimes: readonly InitTime[];
  readonly leads: readonly LeadHours[];
  readonly products: readonly EnsembleProduct[];
}

export function refsPath(initTime: InitTime, leadHours: LeadHours, product: EnsembleProduct): string {
  const { day, hour } = dayAndHour(initTime);
  return `refs.${day}/${hour}/ensprod/refs.t${hour}z.${product}.f${twoDigits(leadHours)}.conus.grib2`;
}

/** @throws RequestError when no lead is one that REFS has, or a product is asked for what it never holds */
export function refsTargets(request: EnsembleRequest, { http, sites, clock }: Way): GribTarget[] {
  const others = remembered(async (initTime: InitTime) => {
    const { day, hour } = dayAndHour(initTime);
    const [cycle, known] = [`refs.${day}/${hour}/`, `refs.${day}/${hour}/ensprod/refs.t${hour}z.`];
    return (await firstBelow(http, sites, "rrfs", known)) === undefined
      ? firstBelow(http, sites, "rrfs", cycle)
      : undefined;
  });
  return ensembleTargets(request, REFS, (initTime, leadHours, product) => {
    const path = refsPath(initTime, leadHours, product);
    const candidates = ARCHIVES.map((span) => ({
      span,
      there: siteFile(http, sites, span.site, `${span.prefix}${path}`),
    }));
    return { path, ...withinReach(candidates, initTime, clock.now()), otherNames: () => others(initTime) };
  });
}

/** Who has copies. NOMADS' folder is the one of the notices, or the one that the directory has. */
const ARCHIVES: readonly (ArchiveSpan & { readonly site: SiteName; readonly prefix: string })[] = [
  { title: "REFS on AWS", site: "rrfs", prefix: "", from: utcSeconds(2026, 8, 12) },
  { title: "REFS on NOMADS", site: "nomads", prefix: "refs/v1.0/", keepsHours: 48 },
  { title: "REFS on NOMADS", site: "nomads", prefix: "refs/prod/", keepsHours: 48 },
];

/** What an ensemble's files are. */
export interface EnsembleFeed {
  readonly name: string;
  readonly longestLead: LeadHours;
  readonly publishedWithinHours: number;
  readonly holdings: (initTime: InitTime) => EnsembleHoldings;
}

const REFS: EnsembleFeed = {
  name: "REFS",
  longestLead: 60,
  publishedWithinHours: 8,
  holdings: () => REFS_HOLDINGS,
};

/** One target for each init time, lead and product, each asked for what it holds. */
export function ensembleTargets(
  request: EnsembleRequest,
  { name, longestLead, publishedWithinHours, holdings }: EnsembleFeed,
  find: (
    initTime: InitTime,
    leadHours: LeadHours,
    product: EnsembleProduct,
  ) => Pick<GribTarget, "path" | "places" | "outside" | "otherNames">,
): GribTarget[] {
  const { initTimes, leads, products } = request;
  const outside = leads.find((lead) => lead < 1 || lead > longestLead);
  if (outside !== undefined) {
    const expected = `leads of 1 to ${longestLead} h: an ensemble has no analysis`;
    throw new RequestError({ place: "--leads", expected, got: String(outside) });
  }
  return initTimes.flatMap((initTime) => {
    const held = holdings(initTime);
    requireHeld(name, products, request, held);
    const asked = products.map((product) => ({ product, wants: wantsOf(product, request, held) }));
    return leads.flatMap((leadHours) =>
      asked.map(({ product, wants }) => ({
        initTime,
        leadHours,
        wants,
        publishedWithinHours,
        ...find(initTime, leadHours, product),
      })),
    );
  });
}

function wantsOf(product: EnsembleProduct, request: EnsembleRequest, holdings: EnsembleHoldings): Want[] {
  const wants = ensembleWants(product, heldOf(product, request, holdings));
  if (wants.length > 0) return wants;
  const expected = `variables or searches for "${product}"`;
  const held = Object.keys(holdings[product] ?? {});
  const remedy = held.length === 0 ? "add --variables" : `add --variables out of ${held.join(",")}`;
  const got = request.names.length === 0 ? "events only" : request.names.join(",");
  throw new RequestError({ place: "--products", expected, got, remedy });
}
