import { expect, it } from "vitest";
import { leadAxis } from "../../src/report/plots/value-sheets.ts";

const labelsOf = (leadHours: number[]): unknown[] => {
  const { ticks, tickFormat } = leadAxis({ leadHours });
  return (ticks as number[]).map(tickFormat as (lead: number) => string);
};

it("says leads in hours, and in minutes where one is no whole hour", () => {
  expect(labelsOf([1, 3, 6])).toEqual(["1", "3", "6"]);
  expect(leadAxis({ leadHours: [1, 3, 6] }).label).toBe("lead, h");
  expect(labelsOf([1 / 6, 1 / 3, 1])).toEqual(["10 min", "20 min", "1 h"]);
  expect(leadAxis({ leadHours: [1 / 6, 1] }).label).toBe("lead");
});
