import { expect, it } from "vitest";
import type { ValidTime } from "../../src/core/index.ts";
import { clock } from "../../src/run/index.ts";
import { fitClockedLine } from "../../src/train/moment-tendency.ts";

const hours = Array.from({ length: 60 }, (_, k) => clock((k * 3600) as ValidTime));

it("finds the line and the daily cycle it was made from", () => {
  const x = hours.map(([sin], k) => 3 * sin + Math.sin(1.7 * k) + 0.3 * Math.cos(k * k));
  const y = x.map((value, k) => 2 + 0.8 * value + 1.5 * hours[k][0] - 0.7 * hours[k][1]);
  const fit = fitClockedLine([x], y, hours, 0);
  // The ridge of 1e-3 biases each slope by about as much.
  for (const [got, want] of [
    [fit.slopes[0], 0.8],
    [fit.sinHour, 1.5],
    [fit.cosHour, -0.7],
    [fit.intercept, 2],
  ]) {
    expect(Math.abs(got - want)).toBeLessThan(0.02);
  }
});

it("finds how a mean wind turns, which needs both of its components", () => {
  const angles = hours.map((_, k) => (2 * Math.PI * k) / 19.2);
  const wind = [angles.map((a) => 4 + 1.5 * Math.cos(a)), angles.map((a) => 2 - 1.5 * Math.sin(a))];
  const next = angles.map((a) => 4 + 1.5 * Math.cos(a + (2 * Math.PI) / 19.2));
  const alone = fitClockedLine([wind[0]], next, hours, 0);
  const together = fitClockedLine(wind, next, hours, 0);
  expect(together.deviation).toBeLessThan(0.05 * alone.deviation);
  // Of few hours the channel's own moment is all that is looked at.
  const few = fitClockedLine(
    wind.map((component) => component.slice(0, 30)),
    next.slice(0, 30),
    hours.slice(0, 30),
    0,
  );
  expect(few.slopes[1]).toBe(0);
  expect(few.slopes[0]).not.toBe(0);
});

it("knows how far the values lie from its line", () => {
  const x = hours.map((_, k) => Math.sin(1.7 * k) * 4);
  const off = hours.map((_, k) => ((k * 7919) % 60) / 60 - 0.5 + 1 / 120);
  const y = x.map((value, k) => 0.5 * value + off[k]);
  const fit = fitClockedLine([x], y, hours, 0);
  // Sixty numbers evenly between −1/2 and 1/2; three regressors explain a little of them by chance.
  expect(fit.deviation).toBeGreaterThan(0.9 * Math.sqrt(1 / 12));
  expect(fit.deviation).toBeLessThan(Math.sqrt(1 / 12) + 0.01);
});

it("keeps a field that never changes where it is", () => {
  const fit = fitClockedLine([[4, 4, 4]], [4, 4, 4], hours.slice(0, 3), 0);
  expect(fit.intercept + fit.slopes[0] * 4).toBeCloseTo(4, 12);
});
