/**
 * REFS, the ensemble that took HREF's place in October 2026, on HRRR's own grid:
 *
 *   refs.YYYYMMDD/HH/ensprod/refs.tHHz.{product}.fFF.conus.grib2      00, 06, 12, 18 UTC, f01–f60; there is no f00
 *
 * Single leads are often missing. Source: s3://noaa-rrfs-ops-pds; NWS SCN 26-47, 26-48.
 * @module
 */
import { type InitTime, type LeadHours, RequestError } from "../core/index.ts";
import { type EnsembleHoldings, heldOf, REFS_HOLDINGS, requireHeld } from "./ensemble-holdings.ts";
import { type EnsembleProduct, type EnsembleSelection, ensembleWants } from "./ensemble-products.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Want } from "./want.ts";
import type { Way } from "./way.ts";

export interface EnsembleRequest extends EnsembleSelection {
  readonly initTimes: readonly InitTime[];
  readonly leads: readonly LeadHours[];
  readonly products: readonly EnsembleProduct[];
}

const LONGEST_LEAD = 60;

export function refsPath(initTime: InitTime, leadHours: LeadHours, product: EnsembleProduct): string {
  const { day, hour } = dayAndHour(initTime);
  return `refs.${day}/${hour}/ensprod/refs.t${hour}z.${product}.f${twoDigits(leadHours)}.conus.grib2`;
}

/** @throws RequestError when no lead is one that REFS has, or a product is asked for what it never holds */
export function refsTargets(request: EnsembleRequest, { http, sites }: Way): GribTarget[] {
  return ensembleTargets(request, REFS, (initTime, leadHours, product) => {
    const path = refsPath(initTime, leadHours, product);
    return { path, places: [siteFile(http, sites, "rrfs", path)] };
  });
}

/** What an ensemble's files are. */
export interface EnsembleFeed {
  readonly name: string;
  readonly longestLead: LeadHours;
  readonly holdings: (initTime: InitTime) => EnsembleHoldings;
}

const REFS: EnsembleFeed = { name: "REFS", longestLead: LONGEST_LEAD, holdings: () => REFS_HOLDINGS };

/** One target for each init time, lead and product, each asked for what it holds. */
export function ensembleTargets(
  request: EnsembleRequest,
  { name, longestLead, holdings }: EnsembleFeed,
  find: (initTime: InitTime, leadHours: LeadHours, product: EnsembleProduct) => Pick<GribTarget, "path" | "places">,
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
      asked.map(({ product, wants }) => ({ initTime, leadHours, wants, ...find(initTime, leadHours, product) })),
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
