/**
 * From a network to an archive in two commands, at full scale: hours of seven full-grid fields are served by a server that plays NOAA and
 * fails in every way it knows, fetched, and built; the archive must be byte for byte the one built of the served files themselves. Exits 1
 * when it is not.
 *
 *   npx tsx bench/two-commands.ts [hours = 12]        needs npm run setup, and the real data (UPDRAFT_DATA)
 * @module
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatTime, SECONDS_PER_HOUR, utcSeconds } from "../src/core/index.ts";
import { contents } from "../test/archive/forged-hours.ts";
import { runBeside } from "../test/cli/run-beside.ts";
import { inventoryOf } from "../test/noaa-server/files.ts";
import { startNoaaServer } from "../test/noaa-server/server.ts";
import { sharedData } from "../test/shared-data.ts";
import { forgeHours } from "./full-grid-hours.ts";

const hours = Number(process.argv[2] ?? 12);
if (sharedData === undefined) throw new Error("set UPDRAFT_DATA to the folder of real data");
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-two-commands-"));
const START = utcSeconds(2024, 5, 1);
const stamp = (hour: number): string => formatTime(START + hour * SECONDS_PER_HOUR);

const server = await startNoaaServer();
try {
  forgeHours(sharedData, join(folder, "forged"), hours);
  for (const [hour, name] of readdirSync(join(folder, "forged")).toSorted().entries()) {
    const bytes = readFileSync(join(folder, "forged", name));
    const [day, clock] = [stamp(hour).slice(0, 10).replaceAll("-", ""), stamp(hour).slice(11, 13)];
    const path = `hrrr.${day}/conus/hrrr.t${clock}z.wrfsfcf00.grib2`;
    // Under the same name, which an archive writes down as where it came from.
    mkdirSync(dirname(join(folder, "served", path)), { recursive: true });
    writeFileSync(join(folder, "served", path), bytes);
    for (const site of ["aws", "google"] as const) {
      server.put(site, path, bytes);
      server.put(site, `${path}.idx`, inventoryOf(bytes));
    }
    // The first hour is not at the first source at all.
    if (hour === 0) server.remove("aws", path);
  }
  server.faults.push(
    { on: /^GET aws\/.*t01z.*grib2$/, play: { kind: "status", status: 503, headers: { "Retry-After": "1" } } },
    { on: /^GET aws\/.*t02z.*grib2$/, times: 2, play: { kind: "reset", after: 100_000 } },
    { on: /^GET aws\/.*t03z.*grib2$/, play: { kind: "truncate", to: 5000 } },
    { on: /^GET aws\/.*t04z.*grib2$/, times: 99, play: { kind: "ignore-range" } },
    { on: /^GET aws\/.*t05z.*idx$/, times: 99, play: { kind: "status", status: 404 } },
  );
  const timed = async (what: string, args: readonly string[]): Promise<void> => {
    const start = performance.now();
    const { status, stdout, stderr } = await runBeside(args, folder);
    if (status !== 0) throw new Error(`${what} ended with ${status}: ${stderr}`);
    process.stdout.write(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s\n${stdout}`);
  };
  const times = ["--from", stamp(0), "--to", stamp(hours - 1)];
  const sources = ["--bases", server.bases, "--sources", "aws,google"];
  await timed("fetch", ["fetch", "hrrr", ...times, ...sources, "--out", "hrrr"]);
  await timed("build", ["archive", "build", "--grib", "hrrr", "--out", "fetched.zarr"]);
  await timed("build of the served files", ["archive", "build", "--grib", "served", "--out", "served.zarr"]);
  await timed("validate", ["archive", "validate", "fetched.zarr"]);
  const [fetched, served] = ["fetched.zarr", "served.zarr"].map((name) => contents(join(folder, name)));
  const different = [...served].filter(([name, bytes]) => fetched.get(name)?.equals(bytes) !== true);
  const same = different.length === 0 && fetched.size === served.size;
  process.stdout.write(
    `${served.size} files, ${different.length} differ: ${different.map(([name]) => name).join(" ")}\n`,
  );
  process.exitCode = same ? 0 : 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
