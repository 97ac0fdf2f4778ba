import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ProgressEvent, utcSeconds, type ValidTime } from "../../../src/core/index.ts";
import { type Moment, threshold } from "../../../src/products/index.ts";
import {
  drawEnsembleMaps,
  drawStateMaps,
  forecastTimes,
  leadSlug,
  leadTitle,
} from "../../../src/products/map/index.ts";
import { momentSlug } from "../../../src/products/map/titles.ts";
import { sampleEnsemble } from "../sample-ensemble.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-maps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .filter((name) => !name.endsWith(".txt"))
    .sort();

describe("the maps of a forecast", () => {
  it("lie one a quantity and metric in five folders under stable names", async () => {
    const events: ProgressEvent[] = [];
    const maps = await drawEnsembleMaps(sampleEnsemble(), folder, {
      leads: [6],
      quantities: ["refc", "wind"],
      sampleMembers: 2,
      thresholds: { refc: [threshold("refc", 40)], wind: [] },
      report: (event) => events.push(event),
    });
    const names = [
      "01_current_state/refc_f000.png",
      "01_current_state/wind_f000.png",
      "02_ensemble_mean/refc_f006.png",
      "02_ensemble_mean/wind_f006.png",
      "03_ensemble_spread/refc_f006.png",
      "03_ensemble_spread/wind_f006.png",
      "04_probability_maps/refc_ge40_f006.png",
      "05_sample_members/refc_m00_f006.png",
      "05_sample_members/refc_m01_f006.png",
      "05_sample_members/wind_m00_f006.png",
      "05_sample_members/wind_m01_f006.png",
    ];
    expect(filesBelow(folder)).toEqual([...names, "index.html"]);
    expect(maps.map(({ path }) => path).sort()).toEqual(names);
    expect(events.at(-1)).toMatchObject({ done: 11, total: 11, unit: "maps" });
    expect(maps.find(({ metric }) => metric === "probability")).toMatchObject({
      title: "P(Composite reflectivity >= 40 dBZ) [%], fraction of members (M=8)",
      times: "Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z",
      threshold: 40,
      leadHours: 6,
    });
  });

  it("show the mean over all members, not over the few that are drawn", async () => {
    const maps = await drawEnsembleMaps(sampleEnsemble(), folder, {
      leads: [1],
      quantities: ["t2m"],
      sampleMembers: 0,
      thresholds: { t2m: [] },
    });
    const ensemble = sampleEnsemble();
    let sum = 0;
    for (let member = 0; member < 8; member++) {
      const field = await ensemble.readMember(member, 1, "t2m");
      sum += field.reduce((total, value) => total + value, 0) / field.length / 8;
    }
    const mean = maps.find(({ path }) => path.startsWith("02_"));
    expect(mean?.summary?.mean).toBeCloseTo(sum, 3);
    expect(filesBelow(folder).some((name) => name.startsWith("05_"))).toBe(false);
  });

  it("have no spread for a single member", async () => {
    await drawEnsembleMaps(sampleEnsemble({ memberCount: 1 }), folder, {
      leads: [1],
      quantities: ["cape"],
      thresholds: { cape: [] },
    });
    expect(filesBelow(folder)).toEqual([
      "01_current_state/cape_f000.png",
      "02_ensemble_mean/cape_f001.png",
      "05_sample_members/cape_m00_f001.png",
      "index.html",
    ]);
  });

  it("refuse a lead or a variable that is not there before anything is written", async () => {
    await expect(drawEnsembleMaps(sampleEnsemble(), folder, { leads: [3] })).rejects.toThrow(
      "maps --leads: expected leads out of 1 h, 6 h, got 3 h; ask for leads the forecast has",
    );
    await expect(
      drawEnsembleMaps(sampleEnsemble({ channels: ["t2m", "u10"] }), folder, { quantities: ["wind"] }),
    ).rejects.toThrow("maps --variables: expected quantities out of t2m,u10, got wind; use a forecast that has v10");
    expect(filesBelow(folder)).toEqual([]);
  });

  it("leave no half-written picture when a member cannot be read", async () => {
    const broken = sampleEnsemble({ readMember: () => Promise.reject(new RangeError("unreadable")) });
    await expect(drawEnsembleMaps(broken, folder, { quantities: ["refc"] })).rejects.toThrow("unreadable");
    expect(filesBelow(folder).filter((name) => !name.endsWith(".png"))).toEqual([]);
  });
});

describe("the maps of one state", () => {
  it("carry its valid time in name and title", async () => {
    const ensemble = sampleEnsemble();
    const maps = await drawStateMaps(
      {
        ...ensemble,
        validTime: utcSeconds(2018, 7, 22, 18) as ValidTime,
        source: "sandbox",
        leadHours: 0,
        read: (channel) => ensemble.readInitial(channel),
      },
      folder,
      { quantities: ["refc"] },
    );
    expect(maps).toMatchObject([{ path: "01_current_state/refc_2018072218.png", times: "Valid: Sun 2018-07-22 18Z" }]);
  });

  it("two minutes apart have names of their own", () => {
    const slug = (minute: number, second: number): string =>
      momentSlug({ validTime: utcSeconds(2018, 7, 22, 18, minute, second) as ValidTime } as Moment);
    expect([slug(0, 0), slug(2, 0), slug(2, 40)]).toEqual(["2018072218", "201807221802", "20180722180240"]);
  });
});

describe("leads in titles and names", () => {
  it("carry minutes only when there are any", () => {
    expect(leadSlug(6)).toBe("f006");
    expect(leadSlug(1.25)).toBe("f001m15");
    expect(forecastTimes(sampleEnsemble().initTime, 1.25)).toBe(
      "Init: 2018-07-22 12Z  F001:15  Valid: Sun 2018-07-22 13:15Z",
    );
    expect([leadTitle(100 / 3600), leadTitle(1 + 40 / 3600)]).toEqual(["F000:01:40", "F001:00:40"]);
    expect(leadSlug(100 / 3600)).toBe("f000m01s40");
  });
});
