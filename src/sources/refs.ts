/**
 * REFS, the ensemble that took HREF's place in October 2026, on HRRR's own grid:
 *
 *   refs.YYYYMMDD/HH/ensprod/refs.tHHz.{product}.fFF.conus.grib2      00, 06, 12, 18 UTC, f01–f60; there is no f00
 *
 * Single leads are often missing. Source: s3://noaa-rrfs-ops-pds; NWS SCN 26-47, 26-48.
 * @module
 */
import { type InitTime, type LeadHours, RequestError } from "../core/index.ts";
import { type EnsembleProduct, type EnsembleSelection, ensembleWants } from "./ensemble-products.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
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

/** @throws RequestError when no lead is one that REFS has, or nothing is wanted of a product */
export function refsTargets(request: EnsembleRequest, { http, sites }: Way): GribTarget[] {
  return ensembleTargets(request, LONGEST_LEAD, (initTime, leadHours, product) => {
    const path = refsPath(initTime, leadHours, product);
    return { path, places: [siteFile(http, sites, "rrfs", path)] };
  });
}

/** One target for each init time, lead and product. */
export function ensembleTargets(
  request: EnsembleRequest,
  longestLead: LeadHours,
  find: (initTime: InitTime, leadHours: LeadHours, product: EnsembleProduct) => Pick<GribTarget, "path" | "places">,
): GribTarget[] {
  const { initTimes, leads, products } = request;
  const outside = leads.find((lead) => lead < 1 || lead > longestLead);
  if (outside !== undefined) {
    const expected = `leads of 1 to ${longestLead} h: an ensemble has no analysis`;
    throw new RequestError({ place: "--leads", expected, got: String(outside) });
  }
  const idle = products.find((product) => ensembleWants(product, request).length === 0);
  if (idle !== undefined) {
    const expected = `variables or searches for "${idle}"`;
    throw new RequestError({ place: "--products", expected, got: "events only", remedy: "add --variables" });
  }
  return initTimes.flatMap((initTime) =>
    leads.flatMap((leadHours) =>
      products.map((product) => ({
        initTime,
        leadHours,
        wants: ensembleWants(product, request),
        ...find(initTime, leadHours, product),
      })),
    ),
  );
}
