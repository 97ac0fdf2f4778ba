/**
 * The machines that hold the data, one row each: where they are and how they want to be asked. Addresses can be replaced, by mirrors
 * or by a server that plays them. Facts: NOAA Open Data Dissemination buckets; NWS SCN 21-32 on NOMADS limits (120 hits a minute).
 * @module
 */
import { ConfigError } from "../core/index.ts";

export interface Site {
  readonly name: SiteName;
  /** Without a slash at the end. */
  readonly base: string;
  readonly atOnce: number;
  /** Beginnings a minute in this process; absent where there is no such limit. */
  readonly perMinute?: number;
  /** A redirect or a 403 means "you ask too often", not "elsewhere" or "forbidden". */
  readonly guarded?: true;
  /** Addresses must be signed by the site of this name first. */
  readonly signedBy?: SiteName;
}

const table = {
  aws: { base: "https://noaa-hrrr-bdp-pds.s3.amazonaws.com", atOnce: 8 },
  google: { base: "https://storage.googleapis.com/high-resolution-rapid-refresh", atOnce: 8 },
  azure: { base: "https://noaahrrr.blob.core.windows.net/hrrr", atOnce: 8, signedBy: "azure-sign" },
  "azure-sign": { base: "https://planetarycomputer.microsoft.com/api/sas/v1/sign", atOnce: 2 },
  nomads: { base: "https://nomads.ncep.noaa.gov/pub/data/nccf/com", atOnce: 2, perMinute: 100, guarded: true },
  mrms: { base: "https://noaa-mrms-pds.s3.amazonaws.com", atOnce: 4 },
  rrfs: { base: "https://noaa-rrfs-ops-pds.s3.amazonaws.com", atOnce: 8 },
  gfs: { base: "https://noaa-gfs-bdp-pds.s3.amazonaws.com", atOnce: 8 },
  "gfs-google": { base: "https://storage.googleapis.com/global-forecast-system", atOnce: 8 },
  spc: { base: "https://www.spc.noaa.gov/climo/reports", atOnce: 2 },
} as const;

export type SiteName = keyof typeof table;
export type Sites = Readonly<Record<SiteName, Site>>;

export const SITE_NAMES: readonly SiteName[] = Object.keys(table) as SiteName[];

/**
 * The table, with some addresses replaced: `aws=http://127.0.0.1:8080/aws`, separated by commas.
 * @throws ConfigError for a name that is not in the table, or no http(s) address.
 */
export function sitesWith(replaced: string | undefined, place: string): Sites {
  const bases = new Map<string, string>();
  for (const pair of (replaced ?? "").split(",").filter((text) => text.trim() !== "")) {
    const [name, base] = [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()];
    if (!Object.hasOwn(table, name) || !/^https?:\/\/[^/]+/.test(base) || base.includes("?")) {
      const expected = `NAME=http(s)://… with NAME out of ${SITE_NAMES.join(", ")}`;
      throw new ConfigError({ place, expected, got: JSON.stringify(pair) });
    }
    bases.set(name, base.replace(/\/+$/, ""));
  }
  return Object.fromEntries(
    SITE_NAMES.map((name) => [name, { ...table[name], name, base: bases.get(name) ?? table[name].base }]),
  ) as Record<SiteName, Site>;
}
