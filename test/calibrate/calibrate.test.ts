import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openArchive, splitOf } from "../../src/archive/index.ts";
import { type Calibration, chosen, dialRounds } from "../../src/calibrate/index.ts";
import { parseTime, type ValidTime } from "../../src/core/index.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";

describe("updraft calibrate", () => {
  const folder = scratchFolder("calibrate");
  const args = "calibrate --run run --archive archive.zarr --inits 1 --members 2 --leads 2".split(" ");
  beforeAll(() => {
    tinyArchive(folder);
    updraft([...TRAIN_TINY, "--out", "run"], folder);
  });

  it("tries the settings on hours of the validation split alone, stores all of it, and forecast uses the choice", async () => {
    const calibration = JSON.parse(updraft([...args, "--json"], folder)) as Calibration;
    expect(JSON.parse(readFileSync(join(folder, "run", "calibration.json"), "utf8"))).toEqual(calibration);
    expect(existsSync(join(folder, "run", "calibration.partial"))).toBe(false);
    const [first] = dialRounds({ method: { name: "def", diffusionSteps: 1000 }, normalization: "global" });
    const settings = calibration.tried.map(({ dial }) => dial);
    expect(settings.slice(0, 7)).toEqual(first({}));
    const best = chosen(calibration.tried.slice(0, 7))[0].dial;
    expect(settings[7], "the best so far, with more solver steps").toEqual({ ...best, samplerSteps: 25 });
    expect(settings[8], "and with more walks").toEqual({ ...best, walks: 3 });
    expect(calibration.tried.every(({ scores }) => scores.length === 7 * 2)).toBe(true);
    expect(calibration.choices[0].dial).toEqual(calibration.dial);
    const { splits } = await openArchive(join(folder, "archive.zarr"));
    for (const init of calibration.inits) {
      const time = parseTime(init, "test");
      for (const lead of [0, 1, 2]) expect(splitOf(splits, (time + 3600 * lead) as ValidTime)).toBe("validation");
    }
    const { guidanceScale, walks, samplerSteps } = calibration.dial;
    const forecast =
      "forecast --run run --archive archive.zarr --init 2024-05-02T09Z --members 1 --leads 1 --out".split(" ");
    const used = runUpdraft([...forecast, "f.zarr"], folder);
    expect(used.stderr).toContain(`dial as calibrated: s=${guidanceScale},K=${walks},steps=${samplerSteps}`);
    expect(used.stdout).toContain(`DEF, s = ${guidanceScale}, K = ${walks}, ${samplerSteps} steps`);
    expect(updraft([...forecast, "raw.zarr", "--raw"], folder)).toContain("DEF, s = 0.5, K = 1, 10 steps");
    expect(updraft([...forecast, "own.zarr", "--guidance", "0.8"], folder)).toContain("s = 0.8");
  });

  it("asks for no more than the validation split has", () => {
    const { status, stderr } = runUpdraft([...args, "--inits", "90"], folder);
    expect(status).toBe(2);
    expect(stderr).toContain("expected 90 init times whose 2 h lie in the validation split");
  });
});
