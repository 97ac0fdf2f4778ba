/** `verify --report` goes on with cases it has judged, for the same forecasts and the same truth only. */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createArchive, openArchive } from "../../src/archive/index.ts";
import { initFromAnalysis, type State, utcSeconds, type ValidTime, validTime } from "../../src/core/index.ts";
import { createForecast } from "../../src/forecast/index.ts";
import { sandboxHours, sandboxSpace } from "../../src/sandbox/index.ts";
import { runUpdraft, updraft } from "./run-updraft.ts";
import { scratchFolder } from "./scratch.ts";

const folder = scratchFolder("verify-records");
const path = (...names: string[]): string => join(folder, ...names);
const sandbox = { start: utcSeconds(2024, 5, 1) as ValidTime, nx: 16, ny: 12 };
const init = initFromAnalysis(validTime(initFromAnalysis(sandbox.start), 34));
const space = sandboxSpace(sandbox);
const provenance = { madeBy: "test", inputs: [], notes: [] };

/** An archive at x.zarr made by a seed. */
async function putTruth(seed: number): Promise<void> {
  rmSync(path("x.zarr"), { recursive: true, force: true });
  const last = validTime(initFromAnalysis(sandbox.start), 39);
  const about = { space, first: sandbox.start, last, source: "made up", synthetic: true, provenance };
  async function* hours() {
    for (const { time, state } of sandboxHours({ ...sandbox, seed, hours: 40 })) {
      await Promise.resolve();
      yield { time, leadHours: 0, state };
    }
  }
  await createArchive(path("x.zarr"), about, hours());
}

/** A forecast at f.zarr, whose members are the hours before by so many; what it says of itself is always the same. */
async function putForecast(shift: number): Promise<void> {
  rmSync(path("f.zarr"), { recursive: true, force: true });
  const archive = await openArchive(path("x.zarr"));
  const at = (hours: number): Promise<State> => archive.readState(validTime(init, hours));
  const writer = await createForecast(path("f.zarr"), {
    space,
    initTime: init,
    leadHours: [1, 2],
    memberCount: 2,
    synthetic: true,
    method: "hours before",
    provenance: { seed: 2 },
    splits: [],
    initial: await at(0),
  });
  for (const member of [0, 1])
    for (const lead of [1, 2]) await writer.write(member, lead, await at(lead - shift - member));
  await writer.finish();
}

const verify = "verify f.zarr --against x.zarr --variables t2m --report r --json".split(" ");
const cases = (): string => readFileSync(path("r", "cases.jsonl"), "utf8");
/** What is said when the report is asked for again. */
const refused = (): string => runUpdraft(verify, folder).stderr.trim().split("\n").at(-1) ?? "";

describe("a report that is asked for again", () => {
  beforeAll(async () => {
    await putTruth(2);
    await putForecast(1);
    updraft(verify, folder);
    renameSync(path("r"), path("whole"));
  }, 60_000);
  beforeEach(() => {
    rmSync(path("r"), { recursive: true, force: true });
    cpSync(path("whole"), path("r"), { recursive: true });
  });

  it("goes on for copies elsewhere", () => {
    const before = cases();
    for (const name of ["f.zarr", "x.zarr"]) {
      cpSync(path(name), path("copy.zarr"), { recursive: true });
      rmSync(path(name), { recursive: true });
      renameSync(path("copy.zarr"), path(name));
    }
    updraft(verify, folder);
    expect(cases()).toBe(before);
  });

  it("is refused for a forecast made anew that says the same of itself", async () => {
    await putForecast(2);
    expect(refused()).toContain(
      "expected cases of these forecasts, this truth and this protocol, got those of other forecasts; choose another",
    );
    await putForecast(1);
  });

  it("is refused for another truth at the same path", async () => {
    await putTruth(3);
    expect(refused()).toContain("got those of other truth; choose another --report folder, or remove this one");
    await putTruth(2);
  });

  it("is refused where the reports of a day are no longer there, though those that were there are the same", () => {
    const kinds = { torn: "F_Scale", wind: "Speed", hail: "Size" };
    mkdirSync(path("t"));
    const file = (day: string, kind: string): string => path("t", `${day}_rpts_filtered_${kind}.csv`);
    for (const day of ["240501", "240502", "240503"]) {
      for (const [kind, magnitude] of Object.entries(kinds)) {
        writeFileSync(file(day, kind), `Time,${magnitude},Location,County,State,Lat,Lon,Comments\n`);
      }
    }
    rmSync(path("r"), { recursive: true });
    verify.push("--reports", "t");
    try {
      updraft(verify, folder);
      const before = cases();
      updraft(verify, folder);
      expect(cases()).toBe(before);
      rmSync(file("240502", "hail"));
      expect(refused()).toContain("got those of other reports; choose another --report folder");
    } finally {
      verify.splice(-2);
    }
  });

  it("believes no case with a digit that was changed", () => {
    const [header, ...records] = cases().split("\n");
    const damaged = records.map((line) => line.replace(/\.(\d)/, (_, digit) => `.${9 - Number(digit)}`));
    expect(damaged[0]).not.toBe(records[0]);
    writeFileSync(path("r", "cases.jsonl"), [header, ...damaged].join("\n"));
    expect(refused()).toMatch(/cases\.jsonl byte \d+: expected a judged case, got .*; remove the file$/);
  });

  it("says that records of an earlier version are of that version", () => {
    writeFileSync(path("r", "cases.jsonl"), cases().replace('"version":2', '"version":1'));
    expect(refused()).toContain("got those of version 1; choose another --report folder");
  });
});
