/** The verb on real stores: a sandbox archive and two forecasts by the sandbox's perfect forecaster. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createArchive, openArchive, type Splits } from "../../src/archive/index.ts";
import { verifyCommand } from "../../src/cli/commands/verify.ts";
import { initFromAnalysis, utcSeconds, type ValidTime, validTime } from "../../src/core/index.ts";
import { createForecast } from "../../src/forecast/index.ts";
import type { Report } from "../../src/report/index.ts";
import { SANDBOX_SOURCE, sandboxHours, sandboxWorld, truePredictive } from "../../src/sandbox/index.ts";

const start = utcSeconds(2024, 5, 1) as ValidTime;
const at = (hours: number): ValidTime => validTime(initFromAnalysis(start), hours);
const sandbox = { seed: 2, start, nx: 16, ny: 12 };
const HOURS = 40;
const provenance = { madeBy: "test", inputs: [], notes: [] };

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "updraft-verify-"));
  const world = sandboxWorld(sandbox);
  const { space } = world;
  async function* hours(): AsyncGenerator<{ time: ValidTime; leadHours: 0; state: Float32Array }> {
    // Hour 36 never comes.
    for (const hour of sandboxHours({ ...sandbox, hours: HOURS })) if (hour.time !== at(36)) yield hour;
  }
  const description = { space, first: at(0), last: at(HOURS - 1), source: SANDBOX_SOURCE, synthetic: true, provenance };
  await createArchive(join(folder, "archive.zarr"), description, hours());
  const archive = await openArchive(join(folder, "archive.zarr"));
  const elsewhere: Splits = [{ split: "train", first: at(30), last: at(40) }];
  for (const [name, init, splits] of [
    ["5", 5],
    ["34", 34],
    ["34-trained", 34, elsewhere],
  ] as const) {
    const writer = await createForecast(join(folder, `${name}.zarr`), {
      space,
      initTime: initFromAnalysis(at(init)),
      leadHours: [1, 2],
      memberCount: 4,
      synthetic: true,
      method: "the perfect forecaster",
      provenance: { seed: 2 },
      ...(splits && { splits }),
      initial: await archive.readState(at(init)),
    });
    for (const lead of [1, 2]) {
      const { sample } = truePredictive(world, at(init), lead);
      for (let member = 0; member < 4; member++) await writer.write(member, lead, sample(member));
    }
    await writer.finish();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the verb inside the folder's names and returns what it printed. */
async function verify(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  const progress = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const paths = args.map((arg) => (/\.(zarr|json)$/.test(arg) ? join(folder, arg) : arg));
    await verifyCommand().exitOverride().parseAsync(paths, { from: "user" });
  } finally {
    write.mockRestore();
    progress.mockRestore();
  }
  return printed.join("");
}

describe("updraft verify", () => {
  it("prints a table with a row a variable and lead, labelled synthetic", async () => {
    const printed = await verify("34.zarr", "--against", "archive.zarr");
    expect(printed).toContain("the perfect forecaster, 4 members, against");
    expect(printed).toContain("SYNTHETIC DATA");
    expect(printed).toContain("not scored: 1 hour missing or damaged in the archive (first 2024-05-02T12:00:00Z)");
    expect(printed.match(/\+1h/g)).toHaveLength(7);
    expect(printed).not.toContain("+2h");
  });

  it("prints and writes the same JSON, and leaves nothing half-written", async () => {
    const printed = await verify("34.zarr", "--against", "archive.zarr", "--json", "--out", "scores.json");
    expect(readFileSync(join(folder, "scores.json"), "utf8")).toBe(printed);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
    const report = JSON.parse(printed) as Report;
    const own = report.values.filter(({ system }) => system === "forecast");
    expect(own.map(({ variable, leadHours }) => `${variable}+${leadHours}`)).toEqual(
      ["refc", "t2m", "d2m", "u10", "v10", "cape", "cin"].map((variable) => `${variable}+1`),
    );
    for (const [index, score] of own.entries()) {
      const persistence = report.values.filter(({ system }) => system === "persistence")[index];
      expect([score.cells, score.missingCells]).toEqual([16 * 12, 0]);
      expect(score.crpsSkillAgainstPersistence).toBeCloseTo(1 - score.crps / persistence.comparableCrps, 12);
    }
  });

  it("leaves hours of the training split out unless they are allowed, and then says so", async () => {
    await expect(verify("5.zarr", "--against", "archive.zarr", "--out", "no.json")).rejects.toThrow(
      "got none of 2 (in the training split, which only --allow-training-hours scores); choose an earlier init time",
    );
    expect(existsSync(join(folder, "no.json"))).toBe(false);
    const both = await verify("5.zarr", "34.zarr", "--against", "archive.zarr", "--allow-training-hours", "--json");
    expect(JSON.parse(both)).toMatchObject({
      trainingHours: 2,
      independentCases: 2,
      systems: [{ memberCount: 4 }, {}],
    });
  });

  it("leaves out what a forecast says its own model was trained on, though the archive tests there", async () => {
    await expect(verify("34-trained.zarr", "--against", "archive.zarr")).rejects.toThrow("in the training split");
    const beside = verify(
      "34.zarr",
      "--against",
      "archive.zarr",
      "--baseline",
      `other=${join(folder, "34-trained.zarr")}`,
    );
    await expect(beside).rejects.toThrow("in the training split");
  });

  it("names a path that holds no forecast or no archive", async () => {
    await expect(verify("nowhere.zarr", "--against", "archive.zarr")).rejects.toThrow("nowhere.zarr: expected");
    await expect(verify("34.zarr", "--against", "nowhere.zarr")).rejects.toThrow("nowhere.zarr: expected");
    await expect(verify("34.zarr", "--against", "archive.zarr", "--out", "absent/scores.json")).rejects.toThrow(
      "--out: expected a file in an existing folder",
    );
  });
});
