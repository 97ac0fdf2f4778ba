/** A server that plays NOAA, a clock that does not wait, and a folder to fill. @module */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type InitTime, utcSeconds } from "../../src/core/index.ts";
import {
  type Clock,
  type HrrrRequest,
  type HttpOptions,
  httpClient,
  openManifest,
  type Shelf,
  type Way,
} from "../../src/sources/index.ts";
import { hrrrFile } from "../noaa-server/files.ts";
import { type NoaaServer, startNoaaServer } from "../noaa-server/server.ts";

export interface FakeClock extends Clock {
  time: number;
  readonly slept: number[];
}

/** Waits in no time, and remembers how long. */
export function fakeClock(time: number): FakeClock {
  const clock: FakeClock = {
    time,
    slept: [],
    now: () => clock.time,
    sleep: async (seconds) => {
      clock.slept.push(seconds);
      clock.time += seconds;
    },
  };
  return clock;
}

export const START = utcSeconds(2018, 7, 22) as InitTime;
/** Three days later: what is not there is missing. */
export const LATER: number = START + 3 * 86_400;

export const at = (hours: number): InitTime => (START + hours * 3600) as InitTime;

/** One server for a suite; each test begins with no faults and an empty log. */
export function noaa(): { readonly server: NoaaServer } {
  const held: { server: NoaaServer } = { server: undefined as unknown as NoaaServer };
  beforeAll(async () => {
    held.server = await startNoaaServer();
  });
  beforeEach(() => {
    held.server.faults.length = 0;
    held.server.requests.length = 0;
  });
  afterAll(() => held.server.close());
  return held;
}

/** Puts whole HRRR files at some sites. */
export function putHrrr(
  server: NoaaServer,
  hours: readonly number[],
  {
    leads = [0],
    sites = ["aws", "google"],
  }: { leads?: readonly number[]; sites?: readonly ("aws" | "google" | "azure" | "nomads")[] } = {},
): void {
  for (const hour of hours) {
    for (const lead of leads) {
      const { bytes, inventory } = hrrrFile(at(hour), lead);
      for (const site of sites) {
        const path = `${site === "nomads" ? "hrrr/prod/" : ""}${remotePath(hour, lead)}`;
        server.put(site, path, bytes);
        server.put(site, `${path}.idx`, inventory);
      }
    }
  }
}

const two = (count: number): string => String(count).padStart(2, "0");

/** Hours from START. */
export function remotePath(hour: number, lead = 0): string {
  const day = new Date(at(hour) * 1000).toISOString().slice(0, 10).replaceAll("-", "");
  return `hrrr.${day}/conus/hrrr.t${two(hour % 24)}z.wrfsfcf${two(lead)}.grib2`;
}

export interface Setting {
  readonly way: Way;
  readonly shelf: Shelf;
  readonly clock: FakeClock;
}

export async function setting(
  server: NoaaServer,
  folder: string,
  options: HttpOptions & { time?: number } = {},
): Promise<Setting> {
  const clock = fakeClock(options.time ?? LATER);
  const http = httpClient(server.sites, { clock, readTimeoutSeconds: 2, ...options });
  const shelf: Shelf = { folder, manifest: await openManifest(folder), clock };
  return { way: { http, sites: server.sites, clock }, shelf, clock };
}

/** Every file below a folder with the hash of its bytes. */
export function snapshot(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

/** Two variables of one analysis from one source, but for what a test changes. */
export const hrrrRequest = (change: Partial<HrrrRequest> = {}): HrrrRequest => ({
  initTimes: [at(0)],
  leads: [0],
  fileKind: "sfc",
  sources: ["aws"],
  names: ["t2m", "refc"],
  searches: [],
  ...change,
});
