import { expect, it } from "vitest";
import { nearestName } from "../../src/core/index.ts";

it.each([
  ["learningrate", "learningRate"],
  ["learnigRate", "learningRate"],
  ["lraningRate", "learningRate"],
  ["bacth", "batch"],
  ["batch2", "batch"],
  ["", undefined],
  ["use", "use"],
  ["us", "use"],
  ["patience and much more that is none of them", undefined],
  ["hatch of a ship", undefined],
])("the name nearest to %j is %j", (given, meant) => {
  expect(nearestName(given, ["batch", "learningRate", "use"])).toBe(meant);
});
