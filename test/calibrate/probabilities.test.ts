/** The verb on a tiny run: where its cases lie, what is stored, what forecasts carry, and that a kill changes nothing. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openArchive, splitOf } from "../../src/archive/index.ts";
import type { RunProbabilities } from "../../src/calibrate/index.ts";
import { parseTime, type ValidTime } from "../../src/core/index.ts";
import type { CalibrationEffect } from "../../src/evaluation/index.ts";
import { openForecast } from "../../src/forecast/index.ts";
import type { Report } from "../../src/report/index.ts";
import { CHECKSUMS } from "../../src/run/index.ts";
import { runBeside } from "../cli/run-beside.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";

/** Five cases with the event of 55 °F in every one of them, after every number of members; of 99 °F in none. */
const CALIBRATE =
  "calibrate --archive archive.zarr --probabilities --inits 5 --members 6 --leads 2 --thresholds d2m=55,99";
const FORECAST = "forecast --archive archive.zarr --init 2024-05-02T12Z --leads 2";
const FILE = "probability-calibration.json";

describe("updraft calibrate --probabilities", () => {
  const folder = scratchFolder("calibrate-probabilities");
  let found: RunProbabilities;
  const forecast = async (more: string, out: string) => {
    const { stderr } = runUpdraft([...FORECAST.split(" "), ...more.split(" "), "--run", "run", "--out", out], folder);
    return { stderr, calibration: (await openForecast(join(folder, out))).calibration };
  };

  beforeAll(() => {
    tinyArchive(folder);
    updraft([...TRAIN_TINY, "--out", "run"], folder);
    cpSync(join(folder, "run"), join(folder, "killed"), { recursive: true });
    found = JSON.parse(updraft([...CALIBRATE.split(" "), "--run", "run", "--json"], folder)) as RunProbabilities;
  });

  it("stores fits, tallies and what they rest on, of hours of the validation split alone", async () => {
    expect(JSON.parse(readFileSync(join(folder, "run", FILE), "utf8"))).toEqual(found);
    expect(readdirSync(join(folder, "run")).filter((name) => name.includes("partial"))).toEqual([]);
    const { calibration, tallies, making } = found;
    expect(making.method).toBe("DEF, s = 0.5, K = 1, 10 steps");
    expect(calibration).toMatchObject({ method: "beta", memberCount: 6, fittedMemberCount: 6, split: "validation" });
    expect(calibration.fitted.map(({ name, leadHours }) => `${name} ${leadHours}`)).toEqual([
      "d2m_ge55F 1",
      "d2m_ge55F 2",
    ]);
    for (const { weight, calibrated } of calibration.fitted) {
      expect(calibrated).toHaveLength(7);
      // Five hours in a row over 54 km are hardly five forecasts, whatever the number of cells.
      expect(weight).toBeLessThan(0.4);
    }
    expect(calibration.unfitted[0]).toMatchObject({ name: "d2m_ge99F", leadHours: 1 });
    expect(calibration.unfitted[0].why).toBe("0 of 1080 cells with it, needs 30 cells with the event and 30 without");
    const { splits, ...archive } = await openArchive(join(folder, "archive.zarr"));
    for (const init of calibration.inits) {
      const time = parseTime(init, "test");
      for (const lead of [0, 1, 2]) expect(splitOf(splits, (time + 3600 * lead) as ValidTime)).toBe("validation");
    }
    // Dew points of 55 °F (285.9278 K) and more an hour after the five init times, counted here.
    let events = 0;
    for (const init of calibration.inits) {
      const field = await archive.readField((parseTime(init, "test") + 3600) as ValidTime, "d2m");
      events += field.filter((value) => value >= Math.fround(((55 - 32) * 5) / 9 + 273.15)).length;
    }
    const [first] = tallies;
    expect(first).toMatchObject({ name: "d2m_ge55F", leadHours: 1, tally: { cases: 5, casesWithEvent: 5 } });
    expect(first.tally.events.reduce((a, b) => a + b, 0)).toBe(events);
    expect(first.tally.count.reduce((a, b) => a + b, 0)).toBe(5 * 18 * 12);
  });

  it("is carried by forecasts of as many members or fewer, and by no others", async () => {
    const same = await forecast("--members 6", "same.zarr");
    expect(same.calibration).toEqual(found.calibration);
    const maps = "maps same.zarr --out maps --products probability --thresholds d2m=55 --leads 1 --calibrated --json";
    const drawn = JSON.parse(updraft([...maps.split(" "), "--variables", "d2m"], folder)) as { title: string }[];
    expect(drawn.map(({ title }) => title)).toEqual(["P(2 m dew point >= 55 °F) [%], calibrated (beta, 5 cases, M=6)"]);
    const fewer = await forecast("--members 4", "fewer.zarr");
    expect(fewer.calibration).toMatchObject({ memberCount: 4, fittedMemberCount: 6 });
    expect(fewer.calibration?.fitted[0].events).toBe(found.calibration.fitted[0].events);
    const more = await forecast("--members 7", "more.zarr");
    expect(more.calibration).toBeUndefined();
    expect(more.stderr).toContain("it was fitted on 6 members and says nothing of 7");
    const other = await forecast("--members 6 --guidance 0.7", "other.zarr");
    expect(other.calibration).toBeUndefined();
    expect(other.stderr).toContain("fitted on forecasts by DEF, s = 0.5");
    const clipped = await forecast("--members 6 --clip training", "clipped.zarr");
    expect(clipped.calibration).toBeUndefined();
  });

  it("is judged beside shares of members on hours it has not seen, and on no others", async () => {
    const verify = "verify --against archive.zarr --variables d2m --json";
    const judged = JSON.parse(updraft([...verify.split(" "), "same.zarr"], folder)) as Report;
    const effect = judged.calibration as CalibrationEffect;
    // HREF's 285.93 K is 55 °F.
    expect(effect.rows.map(({ event, leadHours }) => `${event} ${leadHours}`)).toEqual([
      "d2m>=285.93 all",
      "d2m>=285.93 1",
      "d2m>=285.93 2",
    ]);
    const shown = updraft("verify --against archive.zarr same.zarr".split(" "), folder);
    expect(shown).toContain("probabilities calibrated by beta on 5 cases of the validation split");
    const [init] = found.calibration.inits;
    const again = FORECAST.replace("2024-05-02T12Z", init).split(" ");
    updraft([...again, "--members", "6", "--run", "run", "--out", "seen.zarr"], folder);
    const seen = JSON.parse(updraft([...verify.split(" "), "seen.zarr"], folder)) as Report;
    expect(seen.calibration).toEqual({
      refused: expect.stringContaining("2 of 2 cases lie in the validation split") as string,
    });
    expect(seen.verdicts.find(({ topic }) => topic === "calibration")?.judgment).toBe("unclear");
  });

  it("refuses too few cases with their number, flags of the dial's, and a damaged file", () => {
    cpSync(join(folder, "killed"), join(folder, "few"), { recursive: true });
    const few = runUpdraft([...CALIBRATE.replace("--inits 5", "--inits 2").split(" "), "--run", "few"], folder);
    expect(few.status).toBe(2);
    expect(few.stderr).toContain("d2m_ge55F at +1 h: 2 of 2 cases with it, needs 5 cases with the event");
    expect(existsSync(join(folder, "few", FILE))).toBe(false);
    const dial = runUpdraft("calibrate --run run --archive archive.zarr --thresholds d2m=55".split(" "), folder);
    expect(dial.stderr).toContain("--thresholds: expected it with --probabilities alone");
    cpSync(join(folder, "run"), join(folder, "damaged"), { recursive: true });
    const damaged = structuredClone(found);
    Object.assign(damaged.calibration.fitted[0], { calibrated: [0.5, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] });
    writeFileSync(join(folder, "damaged", FILE), JSON.stringify(damaged));
    rmSync(join(folder, "damaged", CHECKSUMS));
    const used = runUpdraft(
      [...FORECAST.split(" "), "--members", "2", "--run", "damaged", "--out", "never.zarr"],
      folder,
    );
    expect(used.status).toBe(3);
    expect(used.stderr).toContain("damaged/probability-calibration.json: expected a calibration of probabilities");
  });

  it.each([
    ["probabilities", CALIBRATE, FILE, 5],
    ["the dial", "calibrate --archive archive.zarr --inits 1 --members 2 --leads 1", "calibration.json", 9],
  ])("killed again and again ends in the same bytes: %s", async (_, command, file, parts) => {
    const scratch = join(folder, "killed", file.replace(".json", ".partial"));
    const finished = (): number =>
      existsSync(scratch) ? readdirSync(scratch).filter((name) => name.endsWith(".json")).length : 0;
    let kills = 0;
    for (const share of [0.2, 0.5, 0.9]) {
      const killed = await runBeside(
        [...command.split(" "), "--run", "killed"],
        folder,
        () => finished() >= share * parts,
      );
      if (killed.status !== undefined) break;
      kills++;
      expect(finished()).toBeGreaterThanOrEqual(share * parts);
      expect(existsSync(join(folder, "killed", file))).toBe(false);
    }
    expect(kills).toBe(3);
    updraft([...command.split(" "), "--run", "killed"], folder);
    if (file !== FILE) updraft([...command.split(" "), "--run", "run"], folder);
    expect(readFileSync(join(folder, "killed", file)).equals(readFileSync(join(folder, "run", file)))).toBe(true);
    expect(existsSync(scratch)).toBe(false);
  });
});
