import { join } from "node:path";
import { expect, it } from "vitest";
import {
  createArchive,
  findingLine,
  openArchive,
  type QualityFinding,
  qualityFindings,
} from "../../src/archive/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { CELLS, describeHours, hoursOf, stateAt } from "./example.ts";

const folder = scratchFolder("quality");

it("tells of every flag where, how much, and what would be normal", async () => {
  const path = join(folder, "x.zarr");
  const spoil = (state: Float32Array, at: number): void => {
    // Cell 30 is column 6 of row 2.
    if (at === 1) state[30] = Number.NaN;
    if (at === 2) state[30] = 400;
    if (at === 3) state[CELLS + 30] = 230;
    if (at === 4) state[CELLS + 30] = state[30] + 2;
    if (at === 5) state.fill(280, CELLS, 2 * CELLS);
    if (at === 7) state.set(stateAt(6));
    if (at === 8) state.fill(Number.NaN, 3 * CELLS);
  };
  await createArchive(path, describeHours(10), hoursOf([0, 1, 2, 3, 4, 5, 6, 7, 8], spoil));
  const findings: QualityFinding[] = [];
  for await (const finding of qualityFindings(await openArchive(path))) findings.push(finding);
  // By hand: t2m is 295 + 4 sin(cell / 17 + hour / 3), d2m 285 + 3 sin(…); the neighbors of cell 30 are 17-19, 29, 31 and 41-43.
  const lines = findings.map(findingLine).map((line) => line.replaceAll(/ {2,}/g, " | "));
  expect(lines).toEqual([
    "2020-05-01 01Z | t2m | non_finite (rejects) | 6,2 | 38.055 | -97.795 | NaN K | a number in each cell; 1 have none",
    "2020-05-01 02Z | t2m | hard_range (rejects) | 6,2 | 38.055 | -97.795 | 400 K | 200 to 340 K",
    "2020-05-01 02Z | t2m | soft_range | 6,2 | 38.055 | -97.795 | 400 K | 225 to 325 K",
    "2020-05-01 02Z | t2m | spike | 6,2 | 38.055 | -97.795 | 400 K | 294.78 to 298.98, as its neighbors",
    "2020-05-01 03Z | d2m | voided | 6,2 | 38.055 | -97.795 | - | 283.87 to 287.73, as its neighbors; cells that are missing for it: 1",
    "2020-05-01 04Z | d2m | dewpoint_above_temperature | 6,2 | 38.055 | -97.795 | 297.174 K | at most 295.17 + 0.5 K",
    "2020-05-01 05Z | d2m | constant | - | - | - | 280 K | cells that differ",
    ...["t2m", "d2m", "cape", "cin"].map(
      (name) => `2020-05-01 07Z | ${name} | frozen | - | - | - | - | some cell that differs from the hour before`,
    ),
    "2020-05-01 08Z | cin | missing (rejects) | - | - | - | - | a field",
    "2020-05-01 09Z | t2m | missing (rejects) | - | - | - | - | all 4 fields there",
  ]);
});
