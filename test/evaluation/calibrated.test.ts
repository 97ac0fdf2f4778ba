/** What calibration does to made-up ensembles whose truth is known, one too sure and one right about itself, on days it has not seen. */
import { beforeAll, describe, expect, it } from "vitest";
import { type CalibratedRow, type CalibrationEffect, calibrationEffect } from "../../src/evaluation/index.ts";
import { CELLS, carriedBy, fitted, judged, MEMBERS, NOISE, TEST_DAYS, VALIDATION_DAYS } from "./made-up-days.ts";

async function effectOn(noise: number): Promise<CalibrationEffect> {
  const evaluation = await judged(noise, VALIDATION_DAYS + 2, TEST_DAYS);
  const effect = calibrationEffect(evaluation, carriedBy(await fitted(noise), TEST_DAYS));
  if (effect === undefined || "refused" in effect) throw new Error(effect?.refused ?? "none carried");
  return effect;
}

const rowOf = ({ rows }: CalibrationEffect, event: string, leadHours: CalibratedRow["leadHours"]): CalibratedRow => {
  const found = rows.find((row) => row.event === event && row.leadHours === leadHours);
  if (found === undefined) throw new Error(`no row of ${event} at ${leadHours}`);
  return found;
};

describe("calibration on days it has not seen", () => {
  let sure: CalibrationEffect;
  let right: CalibrationEffect;
  beforeAll(async () => {
    [sure, right] = [await effectOn(0.15 * NOISE), await effectOn(NOISE)];
  });

  it("makes an ensemble that is too sure reliable, and its Brier and logarithmic scores better", () => {
    expect(sure).toMatchObject({ method: "beta", fittedCases: 40, fittedMemberCount: 12, split: "validation" });
    const judgedRows = sure.rows.filter(({ event }) => event !== "refc>=50");
    expect(judgedRows.map(({ event, leadHours }) => `${event} ${leadHours}`)).toEqual([
      "refc>=20 1",
      "refc>=30 all",
      "refc>=30 1",
      "refc>=30 6",
      "refc>=30@4km all",
      "refc>=30@4km 1",
      "refc>=30@4km 6",
    ]);
    for (const { raw, calibrated, brierDifference, interval, verdict } of judgedRows) {
      expect(raw.reliability / calibrated.reliability).toBeGreaterThan(3);
      expect(brierDifference).toBeCloseTo(calibrated.brier - raw.brier, 12);
      expect(interval.high).toBeLessThan(0);
      expect(verdict).toBe("better");
      expect(calibrated.logScore).toBeLessThan(raw.logScore);
    }
    // Of the event that happens on most days; the rarer one's frequencies are themselves uncertain.
    const { raw, calibrated } = rowOf(sure, "refc>=20", 1);
    expect(raw.reliability / calibrated.reliability).toBeGreaterThan(20);
  });

  it("leaves an ensemble that is right about itself as it is, within the luck of the days", () => {
    for (const event of ["refc>=20 1", "refc>=30 1", "refc>=30 6"]) {
      const [name, lead] = event.split(" ");
      const { raw, calibrated, brierDifference } = rowOf(right, name, Number(lead));
      // A hundredth of the score or so; the ensemble that is too sure gains a tenth.
      expect(Math.abs(brierDifference) / raw.brier).toBeLessThan(0.015);
      // No share moves by more than a member and a half: a perfect share of 12 is itself drawn towards the base rate by luck.
      for (const [at, { meanProbability }] of raw.points.entries()) {
        expect(Math.abs(calibrated.points[at].meanProbability - meanProbability)).toBeLessThan(1.5 / MEMBERS);
      }
    }
    const gain = rowOf(sure, "refc>=20", 1);
    expect(-gain.brierDifference / gain.raw.brier).toBeGreaterThan(0.1);
  });

  it("judges both on the same cells, and says what has no fit", () => {
    const { raw, calibrated, cells, cases, days } = rowOf(sure, "refc>=30", "all");
    expect([cells, cases, days]).toEqual([TEST_DAYS * 2 * CELLS, TEST_DAYS * 2, TEST_DAYS]);
    for (const side of [raw, calibrated]) expect(side.points.reduce((sum, { count }) => sum + count, 0)).toBe(cells);
    expect(raw.points.map(({ observedFrequency }) => observedFrequency)).toEqual(
      calibrated.points.map(({ observedFrequency }) => observedFrequency),
    );
    const missing = sure.unfitted.find(({ event, leadHours }) => event === "refc>=20" && leadHours === 6);
    expect(missing?.why).toContain("not asked for");
    // Within 4 km is another event: what was fitted at the point does not serve.
    expect(sure.unfitted.map(({ event }) => event)).toContain("refc>=20@4km");
    expect(Number.isFinite(raw.logScore)).toBe(true);
  });
});

describe("a calibration that cannot be judged", () => {
  it("is refused with a reason where cases lie in the split it was fitted on", async () => {
    const calibration = await fitted(NOISE);
    // The last three of five days begin after the validation split.
    const evaluation = await judged(NOISE, VALIDATION_DAYS - 2, 5);
    const effect = calibrationEffect(evaluation, carriedBy(calibration, 5));
    expect(effect).toEqual({ refused: expect.stringContaining("4 of 10 cases lie in the validation split") as string });
    const blind = calibrationEffect(evaluation, [calibration, undefined]);
    expect(blind).toEqual({ refused: "1 of 2 forecasts carry no calibration" });
    const other = { ...calibration, method: "isotonic" as const };
    expect(calibrationEffect(evaluation, [calibration, other])).toEqual({
      refused: "the forecasts carry different calibrations",
    });
    expect(calibrationEffect(evaluation, [undefined, undefined])).toBeUndefined();
  });
});
