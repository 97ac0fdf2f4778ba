import { expect, it } from "vitest";
import { countersOf } from "../../src/calibrate/event-counters.ts";
import { normals } from "../../src/core/index.ts";
import { threshold } from "../../src/products/index.ts";
import { SMALL_GRID } from "../memory-ensemble.ts";

/** 5 x 4 cells of 3 km: 40 km reach over all of it. */
const CELLS = 20;
const field = (member: number): Float32Array =>
  normals({ seed: 9, purpose: "counters", member }, CELLS).map((value) => 20 + 15 * value);

it("counts members with the event at the point and anywhere near, and what happened in the same way", () => {
  const refc = threshold("refc", 48);
  const members = Array.from({ length: 6 }, (_, member) => field(member + 1));
  const truth = field(0);
  const [point, nearby] = countersOf("refc", [refc], SMALL_GRID).map(({ add, finish }) => {
    for (const member of members) add(member);
    return finish(truth)[0];
  });
  const yes = (values: Float32Array, cell: number): boolean => values[cell] >= 48;
  const count = Array.from({ length: 7 }, () => 0);
  const events = Array.from({ length: 7 }, () => 0);
  for (let cell = 0; cell < CELLS; cell++) {
    const i = members.filter((member) => yes(member, cell)).length;
    count[i]++;
    events[i] += Number(yes(truth, cell));
  }
  expect(point).toMatchObject({ name: "refc_ge48", threshold: 48, tally: { count, events } });
  expect(point.withinKm).toBeUndefined();
  // Every cell sees the whole grid: one number of members, and one outcome.
  const anywhere = (values: Float32Array): boolean => values.some((value) => value >= 48);
  const i = members.filter(anywhere).length;
  const expected = Array.from({ length: 7 }, (_, at) => (at === i ? CELLS : 0));
  expect(nearby).toMatchObject({ name: "refc_ge48_nmep_40km", withinKm: 40, tally: { count: expected } });
  expect(nearby.tally.events[i]).toBe(anywhere(truth) ? CELLS : 0);
  expect([i > 0, i < 6]).toEqual([true, true]);
});

it("leaves out cells where a member or the truth is missing, and asks nothing nearby of a temperature", () => {
  const [point, ...others] = countersOf("t2m", [threshold("t2m", 90)], SMALL_GRID);
  expect(others).toEqual([]);
  const gap = field(1);
  gap[3] = Number.NaN;
  point.add(gap);
  point.add(field(2));
  const truth = field(0);
  truth[4] = Number.NaN;
  const [{ tally }] = point.finish(truth);
  expect(tally.count.reduce((a, b) => a + b, 0)).toBe(CELLS - 2);
});
