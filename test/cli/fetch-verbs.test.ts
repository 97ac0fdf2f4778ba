/** Every source by its verb, while what serves it fails as the real ones do: busy at first, then cut off in the middle. @module */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InitTime, parseTime } from "../../src/core/index.ts";
import { gfsPath, hrefPath, refsPath, rrfsPath } from "../../src/sources/index.ts";
import * as forge from "../grib2/forge.ts";
import { fileOf, hrrrFile, mosaic, probabilityFile } from "../noaa-server/files.ts";
import { type NoaaServer, startNoaaServer } from "../noaa-server/server.ts";
import { snapshot } from "../sources/world.ts";
import { runBeside } from "./run-beside.ts";
import { scratchFolder } from "./scratch.ts";

const scratch = scratchFolder("fetch-verbs");
const init = (text: string): InitTime => parseTime(text, "test") as InitTime;
const MOSAIC = "CONUS/MergedReflectivityQCComposite_00.50/20220704/MRMS_MergedReflectivityQCComposite_00.50_20220704-";
const HAIL = "Time,Size,Location,County,State,Lat,Lon,Comments\n1200,100,A,B,WY,43.97,-105.28,(UNR)\n";

let server: NoaaServer;
beforeAll(async () => {
  server = await startNoaaServer();
  const refs = probabilityFile(init("2026-11-01T12Z"), 6, [30, 40]);
  server.put("rrfs", refsPath(init("2026-11-01T12Z"), 6, "prob"), refs.bytes);
  server.put("rrfs", `${refsPath(init("2026-11-01T12Z"), 6, "prob")}.idx`, refs.inventory);
  const member = hrrrFile(init("2026-11-01T12Z"), 6);
  server.put("rrfs", rrfsPath(init("2026-11-01T12Z"), 6, "2"), member.bytes);
  server.put("rrfs", `${rrfsPath(init("2026-11-01T12Z"), 6, "2")}.idx`, member.inventory);
  const kept = join(scratch, "kept", hrefPath(init("2024-05-06T12Z"), 6, "prob"));
  const href = probabilityFile(init("2024-05-06T12Z"), 6, [40, 50]);
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, href.bytes);
  writeFileSync(`${kept}.idx`, href.inventory);
  const large = fileOf(
    [
      { category: 3, number: 1, level: [101, 0, ...forge.u32(0)] },
      { category: 2, number: 2, level: [100, 0, ...forge.s32(50_000)] },
    ].map((product) =>
      forge.field(forge.simple(Array.from({ length: 12 }, (_, at) => at)), {
        identify: forge.identification({ referenceTime: forge.time(2024, 5, 6, 12) }),
        describe: forge.product(product),
      }),
    ),
  );
  server.put("gfs", gfsPath(init("2024-05-06T12Z"), 1), large.bytes);
  server.put("gfs", `${gfsPath(init("2024-05-06T12Z"), 1)}.idx`, large.inventory);
  for (const clock of ["105642", "105838"])
    server.put("mrms", `${MOSAIC}${clock}.grib2.gz`, gzipSync(mosaic(`20220704${clock}`, 11)));
  server.put("spc", "180615_rpts_hail.csv", HAIL);
});
afterAll(() => server.close());

/** What each verb is told, and the requests that fail once: the first is answered 503, the bytes then break off. */
const VERBS: readonly (readonly [verb: string, args: readonly string[], file: RegExp])[] = [
  ["mrms", ["--from", "2022-07-04T11Z"], /105838\.grib2\.gz$/],
  ["refs", ["--from", "2026-11-01T12Z", "--leads", "6", "--events", "refc>=40"], /refs.*\.grib2$/],
  ["href", ["--from", "2024-05-06T12Z", "--leads", "6", "--events", "refc>=40", "--folder", "kept"], /href.*\.grib2$/],
  ["rrfs", ["--from", "2026-11-01T12Z", "--leads", "6", "--members", "2", "--variables", "refc"], /m002.*\.grib2$/],
  ["gfs", ["--from", "2024-05-06T13Z", "--variables", "u500,prmsl"], /pgrb2.*\.grib2$/],
  ["reports", ["--from", "2018-06-15", "--kinds", "hail"], /180615_rpts_hail\.csv$/],
];
const SITES: Readonly<Record<string, string>> = { refs: "rrfs", reports: "spc" };

describe.each(VERBS)("updraft fetch %s", (verb, args, file) => {
  const site = SITES[verb] ?? verb;
  const run = (...more: string[]): ReturnType<typeof runBeside> =>
    runBeside(["fetch", verb, "--bases", server.bases, ...args, "--out", `out-${verb}`, "--json", ...more], scratch);

  it("has its file in spite of what fails, and asks for nothing twice", async () => {
    const content = new RegExp(`^GET ${site}/.*(grib2|gz|csv|f001|f06.conus.grib2)$`);
    server.faults.push(
      { on: new RegExp(`^\\w+ ${site}/`), play: { kind: "status", status: 503, headers: { "Retry-After": "0" } } },
      { on: content, play: { kind: "reset", after: 40 } },
    );
    const { status, stdout, stderr } = await run();
    expect([status, JSON.parse(stdout || "{}")], stderr).toEqual([0, expect.objectContaining({ fetched: 1, kept: 0 })]);
    const names = Object.keys(snapshot(join(scratch, `out-${verb}`)));
    const held = names.filter((name) => file.test(name));
    expect(held, names.join()).toHaveLength(1);
    expect(names.filter((name) => name.includes("partial"))).toEqual([]);
    const bytes = readFileSync(join(scratch, `out-${verb}`, held[0]));
    if (verb === "reports") expect(bytes.toString()).toBe(HAIL);
    else expect((verb === "mrms" ? gunzipSync(bytes) : bytes).toString("latin1")).toMatch(/^GRIB.*7777$/s);
    // What was to fail did fail, but for the folder, which no server stands before.
    const asked = server.requests.filter(({ path }) => path.startsWith(`${site}/`));
    expect(asked.map(({ status: answered }) => answered).includes(503)).toBe(verb !== "href");
    server.requests.length = 0;
    server.faults.length = 0;
    const again = await run();
    expect(JSON.parse(again.stdout)).toMatchObject({ fetched: 0, kept: 1 });
    expect(server.requests.filter(({ method }) => method === "GET")).toEqual([]);
  });
});
