/** What "missing" means: a file that nobody has. Files without an inventory, without a name, or under other names are none of that. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type InitTime, parseTime, type ValidTime } from "../../src/core/index.ts";
import { aliasesOf, mayBe, parseInventory, selectEntries } from "../../src/grib2/index.ts";
import {
  choose,
  estimateJob,
  GFS_NAMES,
  type GribTarget,
  gfsPath,
  gfsTargets,
  HRRR_NAMES,
  hrefTargets,
  hrrrParameter,
  hrrrTargets,
  longestLead,
  MANIFEST,
  mrmsTasks,
  refsPath,
  refsTargets,
  requireSuccess,
  runJob,
  type Summary,
  subsetTask,
  wantOf,
} from "../../src/sources/index.ts";
import { freshFolders } from "../cli/scratch.ts";
import * as forge from "../grib2/forge.ts";
import { fileOf, hrrrFile, inventoryOf, probabilityFile, REFS_STYLE } from "../noaa-server/files.ts";
import { describeWithData } from "../shared-data.ts";
import { at, hrrrRequest, noaa, putHrrr, remotePath, type Setting, setting } from "./world.ts";

const held = noaa();
const freshFolder = freshFolders("what-is-there");
const JOB = { parallel: 2, label: "fetch" };
const init = (text: string): InitTime => parseTime(text, "test") as InitTime;
const HOUR = 3600;

const run = (targets: readonly GribTarget[], { shelf }: Setting): Promise<Summary> =>
  runJob(
    targets.map((target) => subsetTask(target, shelf)),
    shelf,
    JOB,
  );

describe("a file without its inventory", () => {
  it("is read by its headers, a request a message, and gives the same bytes", async () => {
    putHrrr(held.server, [0], { sites: ["aws"] });
    const [folder, whole] = [freshFolder(), freshFolder()];
    const before = await setting(held.server, whole);
    await run(hrrrTargets(hrrrRequest(), before.way), before);
    held.server.remove("aws", `${remotePath(0)}.idx`);
    held.server.requests.length = 0;
    const world = await setting(held.server, folder);
    expect(await estimateJob([subsetTask(hrrrTargets(hrrrRequest(), world.way)[0], world.shelf)], JOB)).toMatchObject([
      { kind: "fetch", source: "aws", absent: [] },
    ]);
    expect(await run(hrrrTargets(hrrrRequest(), world.way), world)).toMatchObject({ fetched: 1, missing: 0 });
    for (const name of [remotePath(0), `${remotePath(0)}.idx`]) {
      expect(readFileSync(join(folder, name))).toEqual(readFileSync(join(whole, name)));
    }
  });

  it("that is young is waited for", async () => {
    putHrrr(held.server, [1], { sites: ["aws"] });
    held.server.remove("aws", `${remotePath(1)}.idx`);
    const world = await setting(held.server, freshFolder(), { time: at(1) + HOUR });
    expect(await run(hrrrTargets(hrrrRequest({ initTimes: [at(1)] }), world.way), world)).toMatchObject({ pending: 1 });
    expect(held.server.requests.filter(({ range }) => range)).toEqual([]);
  });

  it("is named as that where its headers cannot be had, and never noted as missing", async () => {
    putHrrr(held.server, [2], { sites: ["aws"] });
    held.server.remove("aws", `${remotePath(2)}.idx`);
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, times: 99, play: { kind: "ignore-range" } });
    const folder = freshFolder();
    const world = await setting(held.server, folder);
    const summary = await run(hrrrTargets(hrrrRequest({ initTimes: [at(2)] }), world.way), world);
    expect(() => requireSuccess(summary, folder)).toThrow(
      /expected its inventory \(\.idx\) beside it, .*got the GRIB2 file without an inventory, and of its headers status 200/,
    );
    expect(world.shelf.manifest.records.size).toBe(0);
  });

  it("that is cut off gives its whole messages", async () => {
    const { bytes, inventory } = hrrrFile(at(3), 0);
    held.server.put("aws", remotePath(3), bytes.subarray(0, bytes.length - 300));
    held.server.put("aws", `${remotePath(3)}.idx`, inventory);
    const world = await setting(held.server, freshFolder());
    const names = ["t2m", "land"];
    const [target] = hrrrTargets(hrrrRequest({ initTimes: [at(3)], names: ["t2m"], searches: [":LAND:"] }), world.way);
    expect(await run([target], world)).toMatchObject({ fetched: 1 });
    expect(world.shelf.manifest.records.get(remotePath(3))).toMatchObject({ absent: [":LAND:"] });
    expect(names).toHaveLength(2);
  });
});

describe("a file without what is wanted", () => {
  it("says what it holds, is not missing, and is asked again", async () => {
    const { bytes, inventory } = hrrrFile(at(4), 0, ["t2m", "d2m"]);
    held.server.put("aws", remotePath(4), bytes);
    held.server.put("aws", `${remotePath(4)}.idx`, inventory);
    const folder = freshFolder();
    const world = await setting(held.server, folder);
    const wanted = hrrrTargets(hrrrRequest({ initTimes: [at(4)], names: ["refc"] }), world.way);
    const summary = await run(wanted, world);
    expect(summary).toMatchObject({ lacking: 1, missing: 0 });
    expect(() => requireSuccess(summary, folder)).toThrow(
      /the file is there, but nothing in it is refc; it holds TMP:2 m above ground, DPT:2 m above ground; ask for what is there/,
    );
    expect(world.shelf.manifest.records.size).toBe(0);
    putHrrr(held.server, [4], { sites: ["aws"] });
    expect(await run(wanted, world)).toMatchObject({ fetched: 1 });
  });

  it("is asked again for what it lacked, and kept as it is while it lacks it", async () => {
    const poor = hrrrFile(at(5), 0, ["t2m", "d2m"]);
    held.server.put("aws", remotePath(5), poor.bytes);
    held.server.put("aws", `${remotePath(5)}.idx`, poor.inventory);
    const world = await setting(held.server, freshFolder());
    const wanted = hrrrTargets(hrrrRequest({ initTimes: [at(5)] }), world.way);
    expect(await run(wanted, world)).toMatchObject({ fetched: 1 });
    expect(await run(wanted, world)).toMatchObject({ kept: 1, fetched: 0 });
    held.server.remove("aws", remotePath(5));
    expect(await run(wanted, world)).toMatchObject({ kept: 1 });
    putHrrr(held.server, [5], { sites: ["aws"] });
    expect(await run(wanted, world)).toMatchObject({ fetched: 1 });
    expect(world.shelf.manifest.records.get(remotePath(5))).toMatchObject({ absent: [] });
  });

  it("was once noted as missing: such notes are asked again, once", async () => {
    putHrrr(held.server, [6], { sites: ["aws"] });
    const folder = freshFolder();
    const old = { path: remotePath(6), status: "missing", initTime: "2018-07-22T06:00:00Z", leadHours: 0 };
    const line = { ...old, absent: ["t2m", "refc"], tried: ["aws"] };
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(line)}\n`);
    const world = await setting(held.server, folder);
    expect(await run(hrrrTargets(hrrrRequest({ initTimes: [at(6)] }), world.way), world)).toMatchObject({ fetched: 1 });
  });
});

describe("publication", () => {
  it.each([
    ["HRRR", 3, (way: Setting["way"]) => hrrrTargets(hrrrRequest({ initTimes: [at(200)] }), way), at(200)],
    [
      "REFS",
      8,
      (way: Setting["way"]) =>
        refsTargets(
          {
            initTimes: [init("2026-12-01T00Z")],
            leads: [60],
            products: ["prob"],
            names: ["refc"],
            events: [],
            searches: [],
          },
          way,
        ),
      init("2026-12-01T00Z"),
    ],
    [
      "GFS",
      8,
      (way: Setting["way"]) =>
        gfsTargets({ validTimes: [init("2026-12-01T12Z") as never], lagHours: 6, names: ["prmsl"], searches: [] }, way),
      init("2026-12-01T06Z"),
    ],
  ] as const)("of %s takes up to %i h: before, nothing is missing", async (_, hours, targets, start) => {
    const early = await setting(held.server, freshFolder(), { time: start + hours * HOUR - 60 });
    expect(await run(targets(early.way), early)).toMatchObject({ pending: 1, missing: 0 });
    const late = await setting(held.server, freshFolder(), { time: start + hours * HOUR + 60 });
    expect(await run(targets(late.way), late)).toMatchObject({ pending: 0, missing: 1 });
  });

  it("of REFS is looked for at NOMADS too, in both folders it may have, while it is young", async () => {
    const time = init("2026-11-30T12Z");
    const { bytes, inventory } = probabilityFile(time, 6, [40], REFS_STYLE);
    const path = `refs/prod/${refsPath(time, 6, "prob")}`;
    held.server.put("nomads", path, bytes);
    held.server.put("nomads", `${path}.idx`, inventory);
    const world = await setting(held.server, freshFolder(), { time: time + 20 * HOUR });
    const wanted = {
      initTimes: [time],
      leads: [6],
      products: ["prob"],
      names: ["refc"],
      events: [],
      searches: [],
    } as const;
    const targets = refsTargets(wanted, world.way);
    expect(targets[0].places.map(({ source }) => source)).toEqual(["rrfs", "nomads", "nomads"]);
    expect(await run(targets, world)).toMatchObject({ fetched: 1 });
    expect(
      refsTargets(wanted, { ...world.way, clock: { ...world.clock, now: () => time + 72 * HOUR } })[0].places,
    ).toHaveLength(1);
  });
});

describe("what no archive reaches", () => {
  it("is said to lie outside, without asking anybody", async () => {
    const world = await setting(held.server, freshFolder(), { time: init("2026-12-01T00Z") });
    const ensemble = { leads: [6], products: ["prob"], names: ["refc"], events: [], searches: [] } as const;
    const asked: readonly (readonly [readonly GribTarget[], RegExp])[] = [
      [
        hrrrTargets(hrrrRequest({ initTimes: [init("2014-07-29T00Z")] }), world.way),
        /HRRR on AWS begins 2014-07-30 00Z/,
      ],
      [
        hrrrTargets(hrrrRequest({ initTimes: [init("2020-07-29T00Z")], sources: ["azure", "nomads"] }), world.way),
        /HRRR on Azure begins 2021-03-21 00Z; HRRR on NOMADS keeps 48 h/,
      ],
      [
        refsTargets({ ...ensemble, initTimes: [init("2026-08-11T12Z")] }, world.way),
        /REFS on AWS begins 2026-08-12 00Z/,
      ],
      [
        hrefTargets({ ...ensemble, initTimes: [init("2026-09-11T12Z")] }, undefined, world.way),
        /HREF on NOMADS keeps 48 h/,
      ],
      [
        hrefTargets({ ...ensemble, initTimes: [init("2026-11-30T12Z")] }, undefined, world.way),
        /HREF on NOMADS ended 2026-10-14 06Z/,
      ],
      [
        gfsTargets(
          { validTimes: [init("2020-12-31T12Z") as never], lagHours: 0, names: ["prmsl"], searches: [] },
          world.way,
        ),
        /GFS on AWS begins 2021-01-01 00Z; GFS on Google Cloud begins/,
      ],
    ];
    for (const [targets, why] of asked) {
      const summary = await run(targets, world);
      expect(summary).toMatchObject({ outside: 1, missing: 0, failed: 0 });
      expect(() => requireSuccess(summary, "out")).toThrow(why);
    }
    const validTimes = [parseTime("2020-10-13T12Z", "test") as ValidTime];
    const summary = await runJob(
      mrmsTasks({ validTimes, toleranceMinutes: 5 }, world.way, world.shelf),
      world.shelf,
      JOB,
    );
    expect(() => requireSuccess(summary, "out")).toThrow(/MRMS on AWS begins 2020-10-14 00Z/);
    expect(held.server.requests).toEqual([]);
    expect(world.shelf.manifest.records.size).toBe(0);
  });
});

describe("GFS's layouts", () => {
  const message = (category: number, number: number, level: forge.Octets, time: forge.Octets): Uint8Array =>
    forge.field(forge.simple(Array.from({ length: 12 }, (_, cell) => cell)), {
      identify: forge.identification({ referenceTime: time }),
      describe: forge.product({ category, number, level, forecastTime: forge.u32(0) }),
    });
  const put = (path: string, bytes: Uint8Array, site: "gfs" | "gfs-google" = "gfs"): void => {
    held.server.put(site, path, bytes);
    held.server.put(site, `${path}.idx`, inventoryOf(bytes));
  };
  const ask = async (time: string, names: readonly string[]): Promise<readonly [Summary, Setting]> => {
    const world = await setting(held.server, freshFolder(), { time: init(time) + 86_400 });
    const targets = gfsTargets({ validTimes: [init(time) as never], lagHours: 0, names, searches: [] }, world.way);
    return [await run(targets, world), world];
  };

  it.each([
    ["2021-03-22T06Z", "gfs.20210322/06/gfs.t06z.pgrb2.0p25.f000"],
    ["2021-03-22T12Z", "gfs.20210322/12/atmos/gfs.t12z.pgrb2.0p25.f000"],
  ])("of %s is %s", (time, path) => {
    expect(gfsPath(init(time), 0)).toBe(path);
  });

  it("of v17 is tried after a 404, and Google's copy after that", async () => {
    const bytes = message(3, 1, [101, 0, ...forge.u32(0)], forge.time(2027, 5, 6, 12));
    put("gfs.20270506/12/products/atmos/grib2/0p25/gfs.t12z.pres_a.0p25.f000.grib2", bytes);
    const [summary, { shelf }] = await ask("2027-05-06T12Z", ["prmsl"]);
    expect(summary).toMatchObject({ fetched: 1 });
    // Ours is named as ever, so that a folder does not change its ways in the middle.
    const record = shelf.manifest.records.get("gfs.20270506/12/atmos/gfs.t12z.pgrb2.0p25.f000.grib2");
    expect(record).toMatchObject({ source: "gfs", url: expect.stringContaining("pres_a") as string });
    put(
      "gfs.20240507/12/atmos/gfs.t12z.pgrb2.0p25.f000",
      message(3, 1, [101, 0, ...forge.u32(0)], forge.time(2024, 5, 7, 12)),
      "gfs-google",
    );
    expect((await ask("2024-05-07T12Z", ["prmsl"]))[0]).toMatchObject({ fetched: 1 });
  });

  it("that nobody knows yet is no missing hour: the cycle is there under other names", async () => {
    held.server.put("gfs", "gfs.20280101/00/v18/gfs.t00z.all.f000", "new");
    const [summary, { shelf }] = await ask("2028-01-01T00Z", ["prmsl"]);
    expect(() => requireSuccess(summary, "out")).toThrow(
      /its cycle is there under other names, gfs\.20280101\/00\/v18\//,
    );
    expect(shelf.manifest.records.size).toBe(0);
    held.server.put("gfs", "gfs.20280102/00/atmos/gfs.t00z.pgrb2.0p25.f001", "another lead of a layout we know");
    expect((await ask("2028-01-02T00Z", ["prmsl"]))[0]).toMatchObject({ missing: 1, lacking: 0 });
  });

  it("before v16 has specific humidity at pressure levels in pgrb2b", async () => {
    const when = forge.time(2021, 2, 1, 12);
    const level: forge.Octets = [100, 0, ...forge.s32(85_000)];
    put(gfsPath(init("2021-02-01T12Z"), 0), message(0, 0, level, when));
    put(gfsPath(init("2021-02-01T12Z"), 0, "pgrb2b"), message(1, 0, level, when));
    const [summary] = await ask("2021-02-01T12Z", ["t850", "q850"]);
    expect(summary).toMatchObject({ fetched: 2 });
    expect(summary.results.map((result) => "record" in result && result.record.absent)).toEqual([[], []]);
    const { way } = await setting(held.server, freshFolder(), { time: init("2024-01-01T00Z") });
    const since = gfsTargets(
      { validTimes: [init("2023-02-01T12Z") as never], lagHours: 0, names: GFS_NAMES, searches: [] },
      way,
    );
    expect(since).toHaveLength(1);
  });
});

describe("HRRR's versions", () => {
  it.each([
    ["2016-08-23T11Z", 15],
    ["2016-08-23T12Z", 18],
    ["2018-07-12T06Z", 18],
    ["2018-07-12T12Z", 36],
  ])("at %s go to +%i h", (time, lead) => {
    expect(longestLead(init(time))).toBe(lead);
  });

  it("asks for no maximum of an hour that has not begun", async () => {
    const world = await setting(held.server, freshFolder());
    expect(() => hrrrTargets(hrrrRequest({ names: ["mxuphl", "apcp"] }), world.way)).toThrow(
      /--leads: expected leads from 1 h on for mxuphl, apcp: .*got 0; HRRR fills them with constants there/,
    );
    const targets = hrrrTargets(hrrrRequest({ leads: [0, 1], names: ["t2m", "mxuphl"] }), world.way);
    expect(targets.map(({ wants }) => wants.map(({ name }) => name))).toEqual([["t2m"], ["t2m", "mxuphl"]]);
    // Also by a search: the line is there, and is of no time at all.
    const line = "1:0:d=2018072200:MXUPHL:5000-2000 m above ground:0-0 day max fcst:";
    expect(choose(parseInventory(line, "idx"), [{ name: "x", search: ":MXUPHL:" }]).absent).toEqual(["x"]);
  });

  it("finds mean sea level pressure as the first two versions have it", () => {
    const parameter = hrrrParameter("mslma");
    if (parameter === undefined) throw new Error("no mslma");
    for (const name of ["PRMSL", "MSLMA"]) {
      const inventory = parseInventory(`1:0:d=2015072200:${name}:mean sea level:anl:`, "idx");
      expect(choose(inventory, [wantOf("mslma", parameter, 0)]).absent).toEqual([]);
    }
  });

  it("says what headers do not: smoke in micrograms, files of 2014 that are incomplete", async () => {
    const time = init("2014-09-15T00Z");
    const { bytes, inventory } = hrrrFile(time, 0, ["t2m"]);
    const path = "hrrr.20140915/conus/hrrr.t00z.wrfsfcf00.grib2";
    held.server.put("aws", path, bytes);
    held.server.put("aws", `${path}.idx`, inventory);
    const world = await setting(held.server, freshFolder());
    const { results } = await run(hrrrTargets(hrrrRequest({ initTimes: [time] }), world.way), world);
    expect(results).toMatchObject([{ remarks: [expect.stringMatching(/before 2014-10-01T00Z is incomplete/)] }]);
    const [{ remarks }] = hrrrTargets(hrrrRequest({ initTimes: [init("2021-12-21T12Z")] }), world.way);
    const record = {
      absent: [],
      messages: [{ names: [], range: [0, 1] as const, lines: [":MASSDEN:8 m above ground:anl"] }],
    };
    expect(remarks?.(record as never)).toEqual([expect.stringMatching(/in micrograms/)]);
    const [later] = hrrrTargets(hrrrRequest({ initTimes: [init("2021-12-21T18Z")] }), world.way);
    expect(later.remarks?.(record as never)).toEqual([]);
  });
});

describe("names that change", () => {
  it("are compared by the numbers they stand for", () => {
    expect(aliasesOf("CLWMR")).toEqual(["CLWMR", "CLMR"]);
    expect(aliasesOf("var discipline=0 master_table=2 parmcat=0 parm=0")).toContain("TMP");
    const cloudWater = { discipline: 0, category: 1, number: 22 };
    expect(
      ["CLWMR", "CLMR", "NEWNAME", "var discipline=0 master_table=2 parmcat=1 parm=22"].map((name) =>
        mayBe(name, cloudWater),
      ),
    ).toEqual([true, true, true, true]);
    expect(["TMP", "var discipline=0 master_table=2 parmcat=1 parm=23"].map((name) => mayBe(name, cloudWater))).toEqual(
      [false, false],
    );
    expect(mayBe("TCOLWold", { discipline: 0, category: 1, number: 69 })).toBe(true);
  });

  it("do not keep a message from being found, nor from being taken", async () => {
    const { bytes } = fileOf([
      forge.field(forge.simple(Array.from({ length: 12 }, (_, cell) => cell)), {
        identify: forge.identification({ referenceTime: forge.time(2018, 7, 22, 20) }),
        describe: forge.product({
          category: 1,
          number: 22,
          level: [105, 0, ...forge.u32(1)],
          forecastTime: forge.u32(0),
        }),
      }),
    ]);
    held.server.put("aws", remotePath(20), bytes);
    held.server.put("aws", `${remotePath(20)}.idx`, inventoryOf(bytes).replace("CLMR", "CLWMR"));
    const world = await setting(held.server, freshFolder());
    const wanted = hrrrRequest({ initTimes: [at(20)], names: [], searches: [":CLMR:"] });
    expect(await run(hrrrTargets(wanted, world.way), world)).toMatchObject({ fetched: 1 });
  });
});

describeWithData("HRRR's real inventories on a day without names", (data) => {
  it("give every variable all the same, by number and by search", () => {
    const name = "reformatters/hrrr.t00z.wrfsfcf08.grib2.idx";
    const text = readFileSync(join(data, "idx", name), "utf8");
    const wants = HRRR_NAMES.flatMap((each) => {
      const parameter = hrrrParameter(each);
      return parameter === undefined ? [] : [wantOf(each, parameter, 8)];
    });
    const lines = choose(parseInventory(text, name), wants).chosen;
    const raw = text.replaceAll(
      /^(\d+:\d+:d=\d+:)(\w+):/gm,
      (_, head: string, variable: string) => `${head}${rawLabel(variable)}:`,
    );
    const found = choose(parseInventory(raw, name), wants);
    expect(found.absent).toEqual([]);
    expect(found.chosen.map(({ entry: { message } }) => message)).toEqual(
      lines.map(({ entry: { message } }) => message),
    );
    expect(raw.match(/:var discipline=/g)?.length).toBeGreaterThan(lines.length);
    expect(selectEntries(parseInventory(raw, name), ":TMP:2 m above ground:")).toHaveLength(1);
  });

  /** As wgrib2 writes what its table lacks. */
  function rawLabel(variable: string): string {
    const selectors = HRRR_NAMES.map((each) => hrrrParameter(each)?.selector);
    const inventory = parseInventory(`1:0:d=2018072200:${variable}:surface:anl:`, "x");
    const known = selectors.find(
      (selector) =>
        selector !== undefined &&
        mayBe(inventory.entries[0].variable, selector) &&
        aliasesOf(
          `var discipline=${selector.discipline} master_table=2 parmcat=${selector.category} parm=${selector.number}`,
        ).includes(variable),
    );
    if (known === undefined) return variable;
    const { discipline, category, number } = known;
    const table = number >= 192 ? "center=7 local_table=1" : "master_table=2";
    return `var discipline=${discipline} ${table} parmcat=${category} parm=${number}`;
  }
});
