/** RRFS's control and members: names, leads, what their files hold, when they may be called missing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type InitTime, parseTime, VARIABLE_NAMES } from "../../src/core/index.ts";
import { parseInventory } from "../../src/grib2/index.ts";
import {
  choose,
  HRRR_NAMES,
  hrrrParameter,
  parseRrfsMembers,
  type RrfsRequest,
  rrfsPath,
  rrfsTargets,
  runJob,
  type Summary,
  subsetTask,
  wantOf,
} from "../../src/sources/index.ts";
import { freshFolders } from "../cli/scratch.ts";
import { hrrrFile } from "../noaa-server/files.ts";
import { describeWithData } from "../shared-data.ts";
import { noaa, type Setting, setting } from "./world.ts";

const held = noaa();
const freshFolder = freshFolders("rrfs");
const init = (text: string): InitTime => parseTime(text, "test") as InitTime;
const NOON = init("2026-11-01T12Z");
const HOUR = 3600;

const request = (change: Partial<RrfsRequest> = {}): RrfsRequest => ({
  initTimes: [NOON],
  leads: [6],
  members: ["1"],
  names: VARIABLE_NAMES,
  searches: [],
  ...change,
});
const world = (time: number): Promise<Setting> => setting(held.server, freshFolder(), { time });
const run = (wanted: RrfsRequest, { way, shelf }: Setting): Promise<Summary> =>
  runJob(
    rrfsTargets(wanted, way).map((target) => subsetTask(target, shelf)),
    shelf,
    { parallel: 2, label: "fetch" },
  );

describe("RRFS", () => {
  it("has a file for its control and one for each member, and gives the seven of each", async () => {
    expect(rrfsPath(NOON, 6, "control")).toBe("rrfs.20261101/12/rrfs.t12z.2dfld.3km.f006.conus.grib2");
    expect(rrfsPath(NOON, 60, "5")).toBe("rrfsens.20261101/12/m005/rrfs.t12z.m005.2dfldnomads.3km.f060.conus.grib2");
    const { bytes, inventory } = hrrrFile(NOON, 6);
    // As RRFS's inventories call the level.
    const words = inventory.replace(
      "REFC:entire atmosphere:",
      "REFC:entire atmosphere (considered as a single layer):",
    );
    for (const member of ["control", "1"] as const) {
      held.server.put("rrfs", rrfsPath(NOON, 6, member), bytes);
      held.server.put("rrfs", `${rrfsPath(NOON, 6, member)}.idx`, words);
    }
    const setup = await world(NOON + 24 * HOUR);
    expect(await run(request({ members: ["control", "1", "2"] }), setup)).toMatchObject({ fetched: 2, missing: 1 });
    expect(setup.shelf.manifest.records.get(rrfsPath(NOON, 6, "1"))).toMatchObject({ absent: [] });
  });

  it("takes up to 6 h: before, no member is missing", async () => {
    const early = await world(NOON + 6 * HOUR - 60);
    expect(await run(request({ members: ["4"] }), early)).toMatchObject({ pending: 1, missing: 0 });
    expect(await run(request({ members: ["4"] }), await world(NOON + 6 * HOUR + 60))).toMatchObject({ missing: 1 });
  });

  it("began with its control, then its members", async () => {
    const setup = await world(NOON);
    const early = { initTimes: [init("2026-09-09T06Z")] };
    expect(rrfsTargets(request({ ...early, members: ["control"] }), setup.way)[0].outside).toBeUndefined();
    expect(rrfsTargets(request(early), setup.way)[0].outside).toMatch(/RRFS's members on AWS begins 2026-09-09 12Z/);
  });

  it.each([
    [{ initTimes: [init("2026-11-01T13Z")] }, /--from: expected 00, 06, 12 or 18 UTC, got 2026-11-01 13Z/],
    [{ leads: [61] }, /leads of 0 to 60 h for member 1, got 61/],
    [{ leads: [85], members: ["control"] }, /leads of 0 to 84 h for the control, got 85/],
    [{ names: ["refc", "mlcape"] }, /what the member's files hold: refc, .*, got mlcape/],
    [{ leads: [0], names: ["mxuphl"] }, /leads from 1 h on for mxuphl/],
  ] as const)("refuses %j", async (change, complaint) => {
    const { way } = await world(NOON);
    expect(() => rrfsTargets(request(change), way)).toThrow(complaint);
  });

  it("has no sixth member", () => {
    expect(parseRrfsMembers("control,5", "--members")).toEqual(["control", "5"]);
    expect(() => parseRrfsMembers("6", "--members")).toThrow(/distinct names out of control,1,2,3,4,5/);
  });
});

describeWithData("RRFS's real inventories", (data) => {
  it.each([
    ["control", 6, "rrfs.t00z.2dfld.3km.f006.conus.grib2.idx"],
    ["1", 24, "rrfs.t12z.m001.2dfldnomads.3km.f024.conus.grib2.idx"],
  ] as const)("of %s at +%i h hold what is asked of them, and nothing that is refused", async (member, lead, name) => {
    const inventory = parseInventory(readFileSync(join(data, "inventories", "refs", name), "utf8"), name);
    const { way } = await world(NOON);
    for (const each of HRRR_NAMES) {
      const parameter = hrrrParameter(each);
      if (parameter === undefined) throw new Error(each);
      const isThere = choose(inventory, [wantOf(each, parameter, lead)]).chosen.length > 0;
      const ask = (): unknown => rrfsTargets(request({ members: [member], leads: [lead], names: [each] }), way);
      if (isThere) expect(ask, each).not.toThrow();
      else expect(ask, each).toThrow(/files hold/);
    }
  });
});
