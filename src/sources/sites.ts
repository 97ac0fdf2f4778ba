/**
 * The machines that hold the data, one row each: where they are and how they want to be asked. Addresses can be replaced, by mirrors
 * or by a server that plays them. Facts: NOAA Open Data Dissemination buckets; NWS SCN 21-32 on NOMADS limits (120 hits a minute).
 * @module
 */
import { ConfigError, withoutSecrets } from "../core/index.ts";

export interface Site {
  readonly name: SiteName;
  /** Without a slash at the end. */
  readonly base: string;
  readonly atOnce: number;
  /** Beginnings a minute in this process; absent where there is no such limit. */
  readonly perMinute?: number;
  /** A redirect or a 403 means "you ask too often", not "elsewhere" or "forbidden". */
  readonly guarded?: true;
  /** Where the site of this name gives tokens for it, should it want one. */
  readonly tokens?: { readonly from: SiteName; readonly container: string };
  /** What a user and password in a replaced address become; in no address, and so in no message and no manifest. */
  readonly authorization?: string;
}

const table = {
  aws: { base: "https://noaa-hrrr-bdp-pds.s3.amazonaws.com", atOnce: 8 },
  google: { base: "https://storage.googleapis.com/high-resolution-rapid-refresh", atOnce: 8 },
  azure: {
    base: "https://noaahrrr.blob.core.windows.net/hrrr",
    atOnce: 8,
    tokens: { from: "azure-tokens", container: "noaahrrr/hrrr" },
  },
  "azure-tokens": { base: "https://planetarycomputer.microsoft.com/api/sas/v1/token", atOnce: 2 },
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
 * The table, with some addresses replaced: `aws=http://127.0.0.1:8080/aws`, separated by commas. A user and password before the host are
 * sent as Basic authorization.
 * @throws ConfigError for a name that is not in the table, or no http(s) address.
 */
export function sitesWith(replaced: string | undefined, place: string): Sites {
  const bases = new Map<string, Pick<Site, "base" | "authorization">>();
  for (const pair of (replaced ?? "").split(",").filter((text) => text.trim() !== "")) {
    const [name, base] = [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()];
    if (!Object.hasOwn(table, name) || !/^https?:\/\/[^/]+/.test(base) || !URL.canParse(base) || base.includes("?")) {
      const expected = `NAME=http(s)://… with NAME out of ${SITE_NAMES.join(", ")}`;
      // Behind a question mark there may be a key.
      throw new ConfigError({ place, expected, got: JSON.stringify(pair.replace(/\?.*/s, "?…")) });
    }
    bases.set(name, addressOf(base.replace(/\/+$/, "")));
  }
  return Object.fromEntries(SITE_NAMES.map((name) => [name, { ...table[name], name, ...bases.get(name) }])) as Record<
    SiteName,
    Site
  >;
}

function addressOf(base: string): Pick<Site, "base" | "authorization"> {
  const { username, password } = new URL(base);
  if (username === "" && password === "") return { base };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { base: withoutSecrets(base), authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
