/** The names of `parameters.ts` against inventories NCEP published, and a whole fetch of real files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { type InitTime, parseTime, VARIABLE_NAMES, type ValidTime } from "../../src/core/index.ts";
import { parseInventory } from "../../src/grib2/index.ts";
import {
  choose,
  HRRR_NAMES,
  hrrrParameter,
  hrrrTargets,
  mrmsTasks,
  runJob,
  subsetTask,
  type Want,
} from "../../src/sources/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { inventoryOf } from "../noaa-server/files.ts";
import { describeWithData } from "../shared-data.ts";
import { noaa, setting } from "./world.ts";

function wants(lead: number, names: readonly string[]): Want[] {
  return names.flatMap((name) => {
    const parameter = hrrrParameter(name);
    if (parameter === undefined) return [];
    const { selector, sinceStart } = parameter;
    return [{ name, selector: sinceStart === true ? { ...selector, intervalHours: lead } : selector }];
  });
}

describeWithData("names in real inventories", (folder) => {
  it.each([
    ["hrrr.20221014/hrrr.t01z.wrfsfcf00.grib2.idx", 0, "mxuphl mxuphl03 mxuphl02 apcp apcp1h".split(" ")],
    ["hrrr.20221014/hrrr.t09z.wrfsfcf05.grib2.idx", 5, []],
    ["reformatters/hrrr.t00z.wrfsfcf08.grib2.idx", 8, []],
    ["reformatters/hrrr.t00z.wrfsfcf24.grib2.idx", 24, []],
  ])("%s, +%i h, holds every one, but what is of no time at all", (name, lead, absent) => {
    const inventory = parseInventory(readFileSync(join(folder, "idx", name), "utf8"), name);
    const choice = choose(inventory, wants(lead, HRRR_NAMES));
    expect(choice.absent).toEqual(absent);
    const lines = new Map(choice.chosen.map(({ entry, wants: [{ name: want }] }) => [want, entry]));
    expect(lines.get("t2m")).toMatchObject({ variable: "TMP", level: "2 m above ground" });
    expect(lines.get("mlcape")).toMatchObject({ variable: "CAPE", level: "90-0 mb above ground" });
    // The run total, in whole days where it can be; the last hour beside it.
    if (lead === 24) expect(lines.get("apcp")?.time).toBe("0-1 day acc fcst");
    if (lead > 0) expect(lines.get("apcp1h")?.time).toBe(`${lead - 1}-${lead} hour acc fcst`);
  });
});

const held = noaa();
const scratch = scratchFolder("real");

describeWithData("real HRRR files behind a server", (folder) => {
  it("come out as the messages they hold", async () => {
    const init = parseTime("2018-07-22T12Z", "test") as InitTime;
    const path = "hrrr.20180722/conus/hrrr.t12z.wrfsfcf01.grib2";
    const bytes = readFileSync(join(folder, "hrrr_series", "hrrr.20180722", "hrrr.t12z.wrfsfcf01.grib2"));
    held.server.put("google", path, bytes);
    held.server.put("google", `${path}.idx`, inventoryOf(bytes));
    const { way, shelf } = await setting(held.server, scratch);
    const request = {
      initTimes: [init],
      leads: [1],
      fileKind: "sfc",
      sources: ["aws", "google"],
      names: VARIABLE_NAMES,
    } as const;
    const targets = hrrrTargets({ ...request, searches: [] }, way);
    expect(
      await runJob(
        targets.map((target) => subsetTask(target, shelf)),
        shelf,
        { parallel: 1, label: "x" },
      ),
    ).toMatchObject({ fetched: 1 });
    const record = shelf.manifest.records.get(path);
    expect(record).toMatchObject({ source: "google", absent: ["refc"] });
    const got = readFileSync(join(scratch, path));
    const parts = record?.status === "held" ? (record.messages ?? []) : [];
    expect(parts).toHaveLength(6);
    expect(got).toEqual(Buffer.concat(parts.map(({ range }) => bytes.subarray(...range))));
  });
});

describeWithData("a real MRMS mosaic", (folder) => {
  it("is found as the nearest to its hour, and is valid when its name says", async () => {
    const name = "MRMS_MergedReflectivityQCComposite_00.50_20220704-110040.grib2";
    const path = `CONUS/MergedReflectivityQCComposite_00.50/20220704/${name}.gz`;
    held.server.put("mrms", path, gzipSync(readFileSync(join(folder, "mrms", name)), { level: 1 }));
    const { way, shelf } = await setting(held.server, scratch, { time: parseTime("2022-07-10", "test") });
    const validTimes = [parseTime("2022-07-04T11Z", "test") as ValidTime];
    const summary = await runJob(mrmsTasks({ validTimes, toleranceMinutes: 5 }, way, shelf), shelf, {
      parallel: 1,
      label: "x",
    });
    expect(summary).toMatchObject({ fetched: 1 });
    const record = [...shelf.manifest.records.values()].find(({ path: kept }) => kept.endsWith(".gz"));
    expect(record).toMatchObject({ initTime: "2022-07-04T11:00:40Z", answers: ["2022-07-04T11:00:00Z"] });
  });
});
