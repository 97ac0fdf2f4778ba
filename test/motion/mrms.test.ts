import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type Field, HRRR_GRID, VARIABLES } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, scanMessages, toGrid, toSouthUp } from "../../src/grib2/index.ts";
import { followedBack, motionOf, movedField } from "../../src/motion/index.ts";
import { type RegridWeights, regrid, regridWeights } from "../../src/regrid/index.ts";
import { fractionsOf, fractionsSkill, fractionsTally } from "../../src/verify/index.ts";
import { describeWithData } from "../shared-data.ts";

const { nx, ny } = HRRR_GRID;
const FLOOR = VARIABLES.refc.floor as number;
/** Marshall & Palmer (1948): Z = 200 R^1.6, R in mm/h. */
const dbzOf = (rate: number): number => (rate < 0 ? Number.NaN : Math.max(FLOOR, 10 * Math.log10(200 * rate ** 1.6)));

describeWithData("storms of 2019-06-10 on the full HRRR grid, ten minutes a frame", (data) => {
  const frames: Record<string, Field> = {};
  beforeAll(() => {
    let weights: RegridWeights | undefined;
    for (const minute of ["20", "30", "50"]) {
      const name = `PrecipRate_00.00_20190610-00${minute}00.grib2`;
      const path = join(data, "mrms", "pysteps_20190610", name);
      const [message] = [...scanMessages(readFileSync(path), name)].filter(({ kind }) => kind === "message");
      const [field] = fieldsOf(message as Parameters<typeof fieldsOf>[0]);
      weights ??= regridWeights("cells", toGrid(field.grid, name), HRRR_GRID);
      frames[minute] = regrid(toSouthUp(decodeValues(field), field.grid).map(dbzOf), "mean-z", weights);
    }
  }, 120_000);

  it("are forecast better by their motion than by standing still, 20 minutes ahead", () => {
    const seen = [frames["20"], frames["30"]].map((field) => ({
      nx,
      ny,
      values: field.map((value) => (Number.isNaN(value) ? FLOOR : value)),
    }));
    const motion = motionOf(seen);
    const way = followedBack(motion, followedBack(motion));
    const moved = movedField(frames["30"], way, FLOOR);
    const truth = frames["50"];
    const complete = Uint8Array.from(truth, (y, cell) => (Number.isNaN(y + moved[cell] + frames["30"][cell]) ? 0 : 1));
    expect(rmse(moved, truth, complete)).toBeLessThan(0.8 * rmse(frames["30"], truth, complete));
    for (const threshold of [20, 30]) {
      const skill = (field: Field): number => fss(field, truth, complete, threshold);
      expect(skill(moved), `FSS at ${threshold} dBZ`).toBeGreaterThan(skill(frames["30"]));
    }
  }, 120_000);
});

function rmse(forecast: Field, truth: Field, complete: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let cell = 0; cell < truth.length; cell++) {
    if (complete[cell] === 0) continue;
    sum += (forecast[cell] - truth[cell]) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}

function fss(forecast: Field, truth: Field, complete: Uint8Array, threshold: number): number {
  const events = (field: Field) =>
    fractionsOf(
      field.map((value) => (value >= threshold ? 1 : 0)),
      HRRR_GRID,
      complete,
    );
  const present = fractionsOf(complete, HRRR_GRID);
  return fractionsSkill(fractionsTally(events(forecast), events(truth), { nx: 11, ny: 11 }, present)).skill;
}
