/**
 * How fast an archive of full-grid hours is built, appended to and validated, beside what it cannot do without: decoding. All in one run,
 * so that ratios mean something on a busy machine; nothing passes or fails by them. Peak memory is of the whole process, all threads.
 *
 *   npx tsx bench/archive.ts [hours = 12] [threads = 2] [--round]        needs npm run setup, and the real data (UPDRAFT_DATA)
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { buildFromGrib, validateArchive } from "../src/archive/index.ts";
import { decodeValues, fieldsOf, scanMessages } from "../src/grib2/index.ts";
import { sharedData } from "../test/shared-data.ts";
import { forgeHours } from "./full-grid-hours.ts";

const [hours, threads] = [Number(process.argv[2] ?? 12), Number(process.argv[3] ?? 2)];
const rounding = process.argv.includes("--round");
if (sharedData === undefined) throw new Error("set UPDRAFT_DATA to the folder of real data");
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-archive-"));
const fields = 7 * hours;

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const rate = fields / seconds;
  const peak = process.resourceUsage().maxRSS / 1024;
  const load = loadavg()[0].toFixed(1);
  process.stdout.write(
    `${what.padEnd(44)} ${rate.toFixed(1).padStart(6)} fields/s  peak ${peak.toFixed(0)} MB so far  load ${load}\n`,
  );
  return rate;
}

try {
  const grib = join(folder, "grib");
  forgeHours(sharedData, grib, hours);
  const size = readdirSync(grib).reduce((sum, name) => sum + statSync(join(grib, name)).size, 0);
  process.stdout.write(`${fields} full-grid fields, ${(size / 1e6).toFixed(0)} MB of GRIB2, ${threads} threads\n`);
  const decoding = await timed("decode alone, 1 thread", async () => {
    for (const name of readdirSync(grib)) {
      for (const part of scanMessages(readFileSync(join(grib, name)), name)) {
        if (part.kind === "message") for (const field of fieldsOf(part)) decodeValues(field);
      }
    }
  });
  const out = join(folder, "x.zarr");
  const alone = await timed("archive build on the calling thread", () =>
    buildFromGrib([grib], out, { threads: 0, rounding }),
  );
  const together = await timed(`archive build, ${threads} threads`, () =>
    buildFromGrib([grib], out, { threads, rounding, overwrite: true }),
  );
  await timed(`archive validate, ${threads} threads`, () => validateArchive(out, { threads }));
  const stored = readdirSync(out, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + statSync(join(out, name)).size,
    0,
  );
  process.stdout.write(
    `build on ${threads} threads: ${(together / alone).toFixed(2)} times one thread, ${(together / decoding).toFixed(2)} times decoding alone; ` +
      `${(stored / 1e6 / hours).toFixed(1)} MB an hour\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
