/** Drift on made-up spectra, and the rollouts that a person would call steady, wandering, fading and boiling. */
import { describe, expect, it } from "vitest";
import type { Numbers, SpectrumRow, ValueRow } from "../../src/evaluation/index.ts";
import { driftOf, driftWords } from "../../src/report/drift.ts";

/** 64 cells of 3 km: quarter octaves left out for brevity. */
const wavelengthKm = [384, 96, 48, 24, 12, 6];
const truth = [50, 25, 12, 8, 4, 1];

/** A rollout of two leads: at the second, the mean is off by `bias` and the spectrum is what `member` makes of the truth's. */
function rollout(bias: number, member: (band: number) => number): Pick<Numbers, "values" | "spectra"> {
  const row = { system: "ours", cases: 5, days: 5, variable: "t2m" } as const;
  const spectrum = (leadHours: number, of: (band: number) => number): SpectrumRow => ({
    ...row,
    leadHours,
    wavelengthKm,
    truth,
    member: truth.map((value, band) => value * of(band)),
    mean: truth,
  });
  const value = (leadHours: number, off: number): ValueRow => ({ ...row, leadHours, bias: off }) as unknown as ValueRow;
  return { spectra: [spectrum(1, () => 1), spectrum(48, member)], values: [value(1, 1), value(48, 1 + bias)] };
}

describe("driftOf", () => {
  it("is bias in standard deviations of the field, variance and the worst wavelength by member over truth", () => {
    const rows = driftOf(rollout(2, (band) => (band === 3 ? 0.4 : band === 5 ? 9 : 1)));
    expect(rows.map(({ leadHours, meanShift }) => [leadHours, meanShift])).toEqual([
      [1, 0.1],
      [48, 0.3],
    ]);
    expect(rows[1].varianceRatio).toBeCloseTo((100 - 8 + 3.2 + 8) / 100, 12);
    // 6 km are two cells, which no grid carries: not judged.
    expect([rows[1].worstRatio, rows[1].worstWavelengthKm]).toEqual([0.4, 24]);
  });

  it("says nothing where the truth has no spectrum", () => {
    expect(driftOf({ ...rollout(0, () => 1), spectra: [] })).toEqual([]);
    const [one] = driftOf(rollout(0, () => 1));
    expect(driftWords([one])).toBeUndefined();
  });
});

describe("driftWords", () => {
  const said = (bias: number, member: (band: number) => number): ReturnType<typeof driftWords> =>
    driftWords(driftOf(rollout(bias, member)));

  it.each<[string, boolean, number, (band: number) => number]>([
    ["stays", true, 0, () => 1],
    ["moves a little", true, -2.4, () => 0.9],
    ["wanders off", false, 2.6, () => 1],
    ["fades", false, 0, () => 0.69],
    ["boils", false, 0, () => 1.41],
    ["blurs at one wavelength", false, 0, (band) => (band === 4 ? 0.49 : 1)],
    ["only differs at its longest wave, of which a field has one", true, 0, (band) => (band === 0 ? 0.6 : 1)],
  ])("a rollout that %s is steady: %s", (_, steady, bias, member) => {
    expect(said(bias, member)?.steady).toBe(steady);
  });

  it("holds its numbers", () => {
    expect(said(-2, () => 0.5)?.text).toBe(
      "from +1 h to +48 h the mean moves by −0.20 standard deviations of the field; then a member has 0.50 of the truth's variance, " +
        "and 0.50 at 96 km, where it is worst",
    );
  });
});
