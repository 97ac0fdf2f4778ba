/**
 * What page 02 of the guide fetches, in small: two weeks of HRRR, MRMS, storm reports, REFS and GFS on 20 x 10 cells of HRRR's corner, on a
 * server that plays NOAA; and the HREF files that somebody kept. Page 05 verifies with them.
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatTime, type InitTime, parseTime, SECONDS_PER_HOUR, type ValidTime } from "../../src/core/index.ts";
import { GFS_NAMES, gfsCycle, gfsPath, hrefPath, refsPath, type SiteName } from "../../src/sources/index.ts";
import { type ForgedFile, fileOf, forgeField, hrrrFile, mosaic, probabilityFile } from "../noaa-server/files.ts";
import type { NoaaServer } from "../noaa-server/server.ts";

const MOSAICS = "CONUS/MergedReflectivityQCComposite_00.50";
/** Two reports near HRRR's corner, which the forged cells are. */
const HAIL = "Time,Size,Location,County,State,Lat,Lon,Comments\n2040,100,A,B,CA,21.2,-122.5,(SGX)\n";
const NO_WIND = "Time,Speed,Location,County,State,Lat,Lon,Comments\n";
const NO_TORNADO = "Time,F_Scale,Location,County,State,Lat,Lon,Comments\n";

/** Reports are the day's only once they were changed after it. */
const DAY_AFTER = "Tue, 07 May 2024 18:00:00 GMT";

const at = (text: string): InitTime => parseTime(text, "the guide's world") as InitTime;
const later = (time: number, hours: number): InitTime => (time + hours * SECONDS_PER_HOUR) as InitTime;
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, k) => first + k);
/** YYYYMMDDhhmmss. */
const digits = (time: number): string => formatTime(time).replace(/\D/g, "").padEnd(14, "0");

/** Fills the server, and `kept/href` below the folder. */
export function fillGuideWorld(server: NoaaServer, folder: string): void {
  const put = (site: SiteName, path: string, { bytes, inventory }: ForgedFile): void => {
    server.put(site, path, bytes);
    server.put(site, `${path}.idx`, inventory);
  };
  for (const hour of range(0, 14 * 24 - 1)) {
    const init = later(at("2024-05-01T00Z"), hour);
    const day = digits(init).slice(0, 8);
    put("aws", `hrrr.${day}/conus/hrrr.t${digits(init).slice(8, 10)}z.wrfsfcf00.grib2`, hrrrFile(init, 0));
  }
  for (const hour of range(0, 12)) {
    // A radar mosaic comes 38 seconds after the hour.
    const valid = digits(later(at("2024-05-06T18Z"), hour) + 38);
    const name = `MRMS_MergedReflectivityQCComposite_00.50_${valid.slice(0, 8)}-${valid.slice(8)}.grib2.gz`;
    server.put("mrms", `${MOSAICS}/${valid.slice(0, 8)}/${name}`, gzipSync(mosaic(valid, 40)));
  }
  for (const [kind, csv] of Object.entries({ hail: HAIL, wind: NO_WIND, torn: NO_TORNADO }))
    server.put("spc", `240506_rpts_filtered_${kind}.csv`, csv, DAY_AFTER);
  for (const lead of range(1, 24)) {
    const refs = at("2026-11-01T12Z");
    put("rrfs", refsPath(refs, lead, "prob"), probabilityFile(refs, lead, [40]));
    const href = at("2024-05-06T12Z");
    const { bytes, inventory } = probabilityFile(href, lead, [40]);
    const path = join(folder, "kept", "href", hrefPath(href, lead, "prob"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    writeFileSync(`${path}.idx`, inventory);
  }
  for (const hour of range(0, 24)) {
    const { initTime, leadHours } = gfsCycle(later(at("2024-05-06T00Z"), hour) as number as ValidTime, 5);
    const messages = GFS_NAMES.map((name) => forgeField(name, initTime, leadHours));
    put("gfs", gfsPath(initTime, leadHours), fileOf(messages));
  }
}
