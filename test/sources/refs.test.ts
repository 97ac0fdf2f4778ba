/** REFS as it is: reflectivity of a single layer, products that hold what they hold, members counted message by message. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type InitTime, parseTime } from "../../src/core/index.ts";
import { type InventoryEntry, parseEvent, parseForecastTime, parseInventory } from "../../src/grib2/index.ts";
import {
  choose,
  ENSEMBLE_NAMES,
  type EnsembleProduct,
  type EnsembleRequest,
  ensembleWants,
  HRRR_NAMES,
  hrefTargets,
  hrrrParameter,
  parseEvents,
  refsPath,
  refsTargets,
  runJob,
  subsetTask,
  wantOf,
} from "../../src/sources/index.ts";
import { freshFolders } from "../cli/scratch.ts";
import { probabilityFile, REFS_STYLE } from "../noaa-server/files.ts";
import { describeWithData } from "../shared-data.ts";
import { noaa, setting } from "./world.ts";

const held = noaa();
const freshFolder = freshFolders("refs");
const JOB = { parallel: 2, label: "fetch" };
const init = (text: string): InitTime => parseTime(text, "test") as InitTime;

const request = (change: Partial<EnsembleRequest> = {}): EnsembleRequest => ({
  initTimes: [init("2026-11-01T12Z")],
  leads: [6],
  products: ["prob"],
  names: [],
  events: [],
  searches: [],
  ...change,
});
const targetsOf = async (change: Partial<EnsembleRequest>): Promise<ReturnType<typeof refsTargets>> =>
  refsTargets(request(change), (await setting(held.server, freshFolder())).way);

describe("REFS", () => {
  it.each([
    ["NCEP's number", REFS_STYLE],
    ["WMO's number", { ...REFS_STYLE, number: 5 }],
    ["the level that HREF has", { members: 14 }],
  ])("gives the probability of reflectivity with %s", async (_, style) => {
    const time = init("2026-11-01T12Z");
    const { bytes, inventory } = probabilityFile(time, 6, [30, 40, 50], style);
    held.server.put("rrfs", refsPath(time, 6, "prob"), bytes);
    held.server.put("rrfs", `${refsPath(time, 6, "prob")}.idx`, inventory);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder, { time: time + 86_400 });
    const [target] = refsTargets(request({ events: parseEvents("refc>=40", "--events") }), way);
    expect(await runJob([subsetTask(target, shelf)], shelf, JOB)).toMatchObject({ fetched: 1 });
    const text = readFileSync(join(folder, `${target.path}.idx`), "utf8");
    expect(text).toMatch(/^1:0:d=2026110112:REFC:entire atmosphere.*:6 hour fcst:prob >40:prob fcst 0\/14:/);
    expect(text.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    [
      { products: ["mean"], names: ["refc"] },
      /what REFS has: mean: t2m, d2m, u10, .*got refc; .*or for refc of prob, sprd, pmmn/,
    ],
    [{ products: ["mean"], names: ["mxuphl"] }, /got mxuphl/],
    [{ names: ["cape"] }, /prob: refc, .*got cape; .*or for cape of mean, sprd/],
    [{ products: ["lpmm"], names: ["refc"] }, /lpmm: apcp, got refc/],
    [{ products: ["pmmn"], names: ["t2m"] }, /pmmn: apcp, refc, refd1km, maxref, retop, mxuphl, got t2m/],
    [{ products: ["eas"], names: ["refc"] }, /eas: apcp, asnow, got refc/],
    [{ events: parseEvents("refc>=45", "--events") }, /prob: refc >10 >20 >30 >40 >50, got refc>=45/],
    [{ events: parseEvents("mxuphl>=100", "--events") }, /mxuphl >25 >75 >150, got mxuphl>=100/],
    [{ events: parseEvents("t2m>=273.15", "--events") }, /t2m <273.15, got t2m>=273.15/],
  ] as const)("refuses %j at once, with what there is", async (change, complaint) => {
    await expect(targetsOf(change)).rejects.toThrow(complaint);
    expect(held.server.requests).toEqual([]);
  });

  it("asks each of several products for what it holds", async () => {
    const targets = await targetsOf({ products: ["mean", "pmmn"], names: ["t2m", "refc", "apcp"] });
    expect(targets.map(({ wants }) => wants.map(({ name }) => name))).toEqual([
      ["t2m", "apcp"],
      ["refc", "apcp"],
    ]);
  });
});

describe("HREF", () => {
  it.each([
    ["2021-05-11T12Z", "mxuphl>=75", "mxuphl>=100", /mxuphl >25 >75 >150/],
    ["2021-05-11T06Z", "mxuphl>=100", "mxuphl>=75", /mxuphl >25 >100/],
  ])("of %s has the thresholds of its version", async (time, right, wrong, complaint) => {
    const { way } = await setting(held.server, freshFolder());
    const ask = (event: string): unknown =>
      hrefTargets(request({ initTimes: [init(time)], events: parseEvents(event, "--events") }), "kept", way);
    expect(() => ask(right)).not.toThrow();
    expect(() => ask(wrong)).toThrow(complaint);
  });
});

describeWithData("REFS's real inventories", (data) => {
  const folder = join(data, "inventories", "refs");
  const files = readdirSync(folder).toSorted();
  const read = (name: string): ReturnType<typeof parseInventory> =>
    parseInventory(readFileSync(join(folder, name), "utf8"), name);
  const productOf = (name: string): EnsembleProduct => name.split(".")[2] as EnsembleProduct;

  it.each(files)("%s: every line, time and event is read", (name) => {
    const { entries } = read(name);
    expect(entries).toHaveLength(readFileSync(join(folder, name), "utf8").trimEnd().split("\n").length);
    expect(entries.filter(({ time }) => parseForecastTime(time) === undefined)).toEqual([]);
    const events = entries.filter(({ extra }) => extra.includes("prob fcst"));
    expect(events.filter(({ extra }) => parseEvent(extra)?.total === undefined)).toEqual([]);
  });

  it.each(files.filter((name) => name.startsWith("refs.")))("%s holds exactly what it is asked for", async (name) => {
    const product = productOf(name);
    const inventory = read(name);
    const lead = Number(/\.f(\d\d)\./.exec(name)?.[1]);
    const found = ENSEMBLE_NAMES.filter(
      (each) =>
        choose(inventory, ensembleWants(product, { names: [each], events: [], searches: [] })).chosen.length > 0,
    );
    // What is refused is not there, and what is not refused is.
    for (const each of ENSEMBLE_NAMES) {
      const ask = targetsOf({ products: [product], names: [each], leads: [lead] });
      if (found.includes(each)) await expect(ask).resolves.toHaveLength(1);
      else await expect(ask).rejects.toThrow(/what REFS has/);
    }
    const events = inventory.entries.flatMap((entry) => eventsOf(entry, product));
    for (const event of new Set(events)) {
      const [target] = await targetsOf({ products: [product], events: parseEvents(event, "--events"), leads: [lead] });
      expect(choose(inventory, target.wants).absent, event).toEqual([]);
    }
  });

  it("count their members message by message: 14 to +42 h, 6 at +57 h", () => {
    const members = (name: string): unknown[] => [
      ...new Set(read(name).entries.map(({ extra }) => parseEvent(extra)?.total)),
    ];
    expect(members("refs.t12z.prob.f12.conus.grib2.idx")).toEqual([14]);
    expect(members("refs.t00z.prob.f57.conus.grib2.idx")).toEqual([6]);
  });

  it("and a member's has the seven, and whole days as windows", () => {
    const name = "rrfs.t12z.m001.2dfldnomads.3km.f024.conus.grib2.idx";
    const wants = HRRR_NAMES.flatMap((each) => {
      const parameter = hrrrParameter(each);
      return parameter === undefined ? [] : [wantOf(each, parameter, 24)];
    });
    const { chosen, absent } = choose(read(name), wants);
    expect(absent).toEqual("mxuphl02 refd1km refd4km mslma mlcape mlcin mucape land".split(" "));
    const lines = new Map(chosen.map(({ entry, wants: [{ name: want }] }) => [want, entry]));
    expect(lines.get("refc")?.level).toBe("entire atmosphere (considered as a single layer)");
    expect(lines.get("apcp")?.time).toBe("0-1 day acc fcst");
    expect(lines.get("apcp1h")?.time).toBe("23-24 hour acc fcst");
  });

  /** The events of a line, in our words. */
  function eventsOf({ variable, level, extra }: InventoryEntry, product: EnsembleProduct): string[] {
    const event = parseEvent(extra);
    if (event === undefined || (event.above !== undefined && event.below !== undefined)) return [];
    const line = parseInventory(`1:0:d=2026100200:${variable}:${level}:6 hour fcst:${extra}:`, "line");
    return ENSEMBLE_NAMES.filter(
      (name) => choose(line, ensembleWants(product, { names: [name], events: [], searches: [] })).chosen.length > 0,
    ).map((name) => (event.above === undefined ? `${name}<=${event.below}` : `${name}>=${event.above}`));
  }
});
