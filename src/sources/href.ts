/**
 * HREF v3, the ensemble that REFS replaced, on NCEP's 5 km grid 227:
 *
 *   href.YYYYMMDD/ensprod/href.tHHz.conus.{product}.fFF.grib2      00, 06, 12, 18 UTC, f01–f48
 *
 * NOMADS kept two days of it and nobody keeps an archive in the open: older files come from a folder someone kept, laid out like
 * NOMADS. Source: NOMADS; NWS SCN 21-44, 26-47.
 * @module
 */
import { join } from "node:path";
import { type InitTime, type LeadHours, utcSeconds } from "../core/index.ts";
import { type ArchiveSpan, withinReach } from "./archive-span.ts";
import { hrefHoldings } from "./ensemble-holdings.ts";
import type { EnsembleProduct } from "./ensemble-products.ts";
import { dayAndHour, twoDigits } from "./file-names.ts";
import { type EnsembleFeed, type EnsembleRequest, ensembleTargets } from "./refs.ts";
import { folderFile, siteFile } from "./remote.ts";
import type { GribTarget } from "./subset.ts";
import type { Way } from "./way.ts";

const HREF: EnsembleFeed = { name: "HREF", longestLead: 48, publishedWithinHours: 8, holdings: hrefHoldings };

/** REFS took its place with the cycle of 2026-10-14 12Z. */
const NOMADS: ArchiveSpan = { title: "HREF on NOMADS", to: utcSeconds(2026, 10, 14, 6), keepsHours: 48 };

export function hrefPath(initTime: InitTime, leadHours: LeadHours, product: EnsembleProduct): string {
  const { day, hour } = dayAndHour(initTime);
  return `href.${day}/ensprod/href.t${hour}z.conus.${product}.f${twoDigits(leadHours)}.grib2`;
}

/** From a folder when one is named, else from NOMADS. @throws RequestError as `refsTargets` */
export function hrefTargets(
  request: EnsembleRequest,
  folder: string | undefined,
  { http, sites, clock }: Way,
): GribTarget[] {
  return ensembleTargets(request, HREF, (initTime, leadHours, product) => {
    const path = hrefPath(initTime, leadHours, product);
    if (folder !== undefined) return { path, places: [folderFile(join(folder, path), path)] };
    const candidate = { span: NOMADS, there: siteFile(http, sites, "nomads", `href/prod/${path}`) };
    return { path, ...withinReach([candidate], initTime, clock.now()) };
  });
}
