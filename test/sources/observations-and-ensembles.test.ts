import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type InitTime, parseTime, VARIABLES, type ValidTime } from "../../src/core/index.ts";
import {
  type EnsembleRequest,
  ensembleWants,
  gfsCycle,
  gfsPath,
  gfsTargets,
  hrefPath,
  hrefTargets,
  mrmsTasks,
  parseEvents,
  refsPath,
  refsTargets,
  requireSuccess,
  runJob,
  subsetTask,
} from "../../src/sources/index.ts";
import { freshFolders } from "../cli/scratch.ts";
import * as forge from "../grib2/forge.ts";
import { fileOf, inventoryOf, mosaic, probabilityFile } from "../noaa-server/files.ts";
import { noaa, setting } from "./world.ts";

const held = noaa();
const freshFolder = freshFolders("others");
const JOB = { parallel: 2, label: "fetch" };
const time = (text: string): number => parseTime(text, "test");

describe("MRMS", () => {
  const PREFIX = "CONUS/MergedReflectivityQCComposite_00.50";
  /** A mosaic at hhmmss of 4 July 2022, valid then unless told otherwise. */
  function putMosaic(clock: string, valid = clock): Uint8Array {
    const message = mosaic(`20220704${valid}`, Number(clock) % 200);
    const path = `${PREFIX}/20220704/MRMS_MergedReflectivityQCComposite_00.50_20220704-${clock}.grib2.gz`;
    held.server.put("mrms", path, gzipSync(message), "Mon, 04 Jul 2022 18:00:00 GMT");
    return message;
  }
  const fetchMrms = async (folder: string, ...texts: string[]): ReturnType<typeof runJob> => {
    const { way, shelf } = await setting(held.server, folder, { time: time("2022-07-10") });
    const validTimes = texts.map((text) => time(text) as ValidTime);
    return runJob(mrmsTasks({ validTimes, toleranceMinutes: 5 }, way, shelf), shelf, JOB);
  };

  it("takes the mosaic nearest to each time, whole, and tells its own time", async () => {
    putMosaic("105642");
    const nearest = putMosaic("105838");
    putMosaic("110140");
    const folder = freshFolder();
    const summary = await fetchMrms(folder, "2022-07-04T11Z", "2022-07-04T10:59Z", "2022-07-04T12Z");
    // 10:58:38 is 82 s before 11:00, 11:01:40 is 100 s after it.
    expect(summary).toMatchObject({ fetched: 2, missing: 1 });
    const path =
      "mrms/MergedReflectivityQCComposite_00.50/20220704/MRMS_MergedReflectivityQCComposite_00.50_20220704-105838.grib2.gz";
    expect(gunzipSync(readFileSync(join(folder, path)))).toEqual(Buffer.from(nearest));
    const records = readFileSync(join(folder, "manifest.jsonl"), "utf8").trim().split("\n");
    expect(records.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        path,
        initTime: "2022-07-04T10:58:38Z",
        answers: ["2022-07-04T10:59:00Z", "2022-07-04T11:00:00Z"],
      },
      { status: "missing", initTime: "2022-07-04T12:00:00Z" },
    ]);
    expect(held.server.requests.filter(({ path: asked }) => asked.endsWith(".gz"))).toHaveLength(1);
    held.server.requests.length = 0;
    expect(await fetchMrms(folder, "2022-07-04T11Z", "2022-07-04T12Z")).toMatchObject({ kept: 1, missing: 1 });
    expect(held.server.requests).toEqual([]);
  });

  it("looks into the next day near midnight", async () => {
    putMosaic("235812");
    expect(await fetchMrms(freshFolder(), "2022-07-05T00Z")).toMatchObject({ fetched: 1 });
  });

  it("refuses a mosaic of another time than its name, and a broken zip", async () => {
    putMosaic("200000", "190000");
    const folder = freshFolder();
    const summary = await fetchMrms(folder, "2022-07-04T20Z");
    expect(() => requireSuccess(summary, folder)).toThrow(/expected 2022-07-04T20:00:00Z, got 2022-07-04T19:00:00Z/);
    const path = `${PREFIX}/20220704/MRMS_MergedReflectivityQCComposite_00.50_20220704-210000.grib2.gz`;
    held.server.put("mrms", path, gzipSync(Buffer.alloc(5000, 7)).subarray(0, 20));
    const broken = await fetchMrms(folder, "2022-07-04T21Z");
    expect(() => requireSuccess(broken, folder)).toThrow(/expected gzip'd data/);
  });
});

const ensemble = (change: Partial<EnsembleRequest> = {}): EnsembleRequest => ({
  initTimes: [time("2026-11-01T12Z") as InitTime],
  leads: [6],
  products: ["prob"],
  names: [],
  events: parseEvents("refc>=40", "--events"),
  searches: [],
  ...change,
});

describe("REFS and HREF", () => {
  it("take the probability of an event and no other", async () => {
    const init = time("2026-11-01T12Z") as InitTime;
    const { bytes, inventory } = probabilityFile(init, 6, [4, 10, 40, 400]);
    held.server.put("rrfs", refsPath(init, 6, "prob"), bytes);
    held.server.put("rrfs", `${refsPath(init, 6, "prob")}.idx`, inventory);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder, { time: init + 86_400 });
    const targets = refsTargets(ensemble(), way);
    expect(targets[0].path).toBe("refs.20261101/12/ensprod/refs.t12z.prob.f06.conus.grib2");
    expect(
      await runJob(
        targets.map((target) => subsetTask(target, shelf)),
        shelf,
        JOB,
      ),
    ).toMatchObject({ fetched: 1 });
    const text = readFileSync(join(folder, `${targets[0].path}.idx`), "utf8");
    expect(text).toBe(
      "1:0:d=2026110112:REFC:entire atmosphere:6 hour fcst:prob >40:prob fcst 0/10:Neighborhood Probability\n",
    );
  });

  it("refuse a plain field where a probability was promised", async () => {
    const init = time("2026-11-01T18Z") as InitTime;
    const plain = forge.field(forge.simple(Array.from({ length: 12 }, (_, at) => at)), {
      identify: forge.identification({ referenceTime: forge.time(2026, 11, 1, 18) }),
      describe: forge.product({
        category: 16,
        number: 196,
        forecastTime: forge.u32(6),
        level: [10, 0, ...forge.u32(0)],
      }),
    });
    held.server.put("rrfs", refsPath(init, 6, "prob"), plain);
    held.server.put(
      "rrfs",
      `${refsPath(init, 6, "prob")}.idx`,
      `${inventoryOf(plain).trim()}prob >40:prob fcst 0/10\n`,
    );
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder, { time: init + 86_400 });
    const targets = refsTargets(ensemble({ initTimes: [init] }), way);
    const summary = await runJob(
      targets.map((target) => subsetTask(target, shelf)),
      shelf,
      JOB,
    );
    expect(() => requireSuccess(summary, folder)).toThrow(
      /nothing in it is refc>=40; it holds REFC:entire atmosphere; ask for what is there/,
    );
  });

  it("come from NOMADS, or from a folder someone kept", async () => {
    const init = time("2024-05-06T12Z") as InitTime;
    const { bytes, inventory } = probabilityFile(init, 6, [40, 50]);
    const kept = freshFolder();
    const path = join(kept, hrefPath(init, 6, "prob"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder, { time: init + 86_400 });
    const request = ensemble({ initTimes: [init] });
    const fetchFrom = async (source: string | undefined): ReturnType<typeof runJob> =>
      runJob(
        hrefTargets(request, source, way).map((target) => subsetTask(target, shelf)),
        shelf,
        JOB,
      );
    // Without an inventory beside it, the messages say what they are; with one, that is believed and checked.
    expect(await fetchFrom(kept)).toMatchObject({ fetched: 1 });
    expect(readFileSync(join(folder, `${hrefPath(init, 6, "prob")}.idx`), "utf8")).toContain(
      ":prob >40:prob fcst 0/10",
    );
    writeFileSync(`${path}.idx`, inventory.replace("prob >50", "prob >40").replace("prob >40", "prob >50"));
    rmSync(join(folder, hrefPath(init, 6, "prob")));
    // Where the inventory swaps two events, the messages say which is which.
    expect(await fetchFrom(kept)).toMatchObject({ fetched: 1 });
    expect(readFileSync(join(folder, `${hrefPath(init, 6, "prob")}.idx`), "utf8")).toMatch(/^1:0:.*prob >40/);
    expect(shelf.manifest.records.get(hrefPath(init, 6, "prob"))).toMatchObject({
      source: "folder",
      url: hrefPath(init, 6, "prob"),
    });
    expect(hrefTargets(request, undefined, way)[0].places[0].url).toBe(
      `${held.server.sites.nomads.base}/href/prod/href.20240506/ensprod/href.t12z.conus.prob.f06.grib2`,
    );
  });

  it("have no analysis, and means have no events", async () => {
    const { way } = await setting(held.server, freshFolder());
    expect(() => refsTargets(ensemble({ leads: [0] }), way)).toThrow(/leads of 1 to 60 h: an ensemble has no analysis/);
    expect(() => refsTargets(ensemble({ products: ["mean"] }), way)).toThrow(
      /"mean", got events only; add --variables out of t2m,/,
    );
    expect(ensembleWants("mean", ensemble({ names: ["refc"] }))).toEqual([
      { name: "refc", product: { quantity: VARIABLES.refc.grib } },
    ]);
    expect(() => parseEvents("refc=40", "--events")).toThrow(/events like refc>=40/);
    expect(() => parseEvents("rain>40", "--events")).toThrow(/events like refc>=40/);
  });
});

describe("GFS", () => {
  it.each([
    ["2024-05-06T12Z", 0, "gfs.20240506/12/atmos/gfs.t12z.pgrb2.0p25.f000"],
    ["2024-05-06T14Z", 0, "gfs.20240506/12/atmos/gfs.t12z.pgrb2.0p25.f002"],
    ["2024-05-06T14Z", 5, "gfs.20240506/06/atmos/gfs.t06z.pgrb2.0p25.f008"],
    ["2024-05-06T00Z", 5, "gfs.20240505/18/atmos/gfs.t18z.pgrb2.0p25.f006"],
  ])("for %s with a lag of %i h is %s", (text, lag, path) => {
    const { initTime, leadHours } = gfsCycle(time(text) as ValidTime, lag);
    expect(gfsPath(initTime, leadHours)).toBe(path);
  });

  it("gives levels and layers by name", async () => {
    const valid = time("2024-05-06T13Z") as ValidTime;
    const message = (category: number, number: number, level: forge.Octets): Uint8Array =>
      forge.field(forge.simple(Array.from({ length: 12 }, (_, at) => at)), {
        identify: forge.identification({ referenceTime: forge.time(2024, 5, 6, 12) }),
        describe: forge.product({ category, number, level }),
      });
    const { bytes, inventory } = fileOf([
      message(3, 1, [101, 0, ...forge.u32(0)]),
      message(2, 2, [100, 0, ...forge.s32(50_000)]),
      message(2, 2, [100, 0, ...forge.s32(40_000)]),
      message(1, 3, [200, 0, ...forge.u32(0)]),
    ]);
    const remote = gfsPath(time("2024-05-06T12Z") as InitTime, 1);
    held.server.put("gfs", remote, bytes);
    held.server.put("gfs", `${remote}.idx`, inventory);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder, { time: valid + 86_400 });
    const names = ["u500", "prmsl", "pwat", "q850"];
    const targets = gfsTargets({ validTimes: [valid], lagHours: 0, names, searches: [] }, way);
    expect(
      await runJob(
        targets.map((target) => subsetTask(target, shelf)),
        shelf,
        JOB,
      ),
    ).toMatchObject({ fetched: 1 });
    const record = shelf.manifest.records.get(`${remote}.grib2`);
    expect(record).toMatchObject({ absent: ["q850"] });
    expect(record?.status === "held" && record.messages?.flatMap(({ lines }) => lines)).toEqual([
      ":PRMSL:mean sea level:1 hour fcst",
      ":UGRD:500 mb:1 hour fcst",
      ":PWAT:entire atmosphere (considered as a single layer):1 hour fcst",
    ]);
  });
});
