/** A calibration of the sample ensemble's 8 members: reflectivity at 6 h, from tallies of an ensemble that is too sure; too few cases of 50 dBZ. */
import { eventOfThreshold, threshold, thresholdSlug } from "../../src/products/index.ts";
import {
  type EventTally,
  fitCalibration,
  type ProbabilityCalibration,
  type ShareTally,
} from "../../src/recalibration/index.ts";

/** By number of members of 8, the last never seen. */
export const SAMPLE_TALLY: ShareTally = {
  count: [9000, 300, 200, 150, 120, 100, 80, 50, 0],
  events: [90, 30, 30, 30, 30, 30, 30, 30, 0],
  cases: 20,
  casesWithEvent: 12,
  residual: -90,
  residualSquare: 1000,
};

/** Within 40 km the event is more frequent, after the same shares. */
const NEARBY_TALLY: ShareTally = { ...SAMPLE_TALLY, events: [450, 60, 50, 45, 40, 40, 40, 35, 0] };

const tallied = (value: number, leadHours: number, tally: ShareTally, withinKm?: number): EventTally => {
  const asked = threshold("refc", value);
  return { ...eventOfThreshold(asked, withinKm), name: thresholdSlug(asked), leadHours, tally };
};

export function sampleCalibration(): ProbabilityCalibration {
  const rare = { ...SAMPLE_TALLY, events: SAMPLE_TALLY.events.map(() => 1), casesWithEvent: 2 };
  return fitCalibration(
    [tallied(40, 6, SAMPLE_TALLY), tallied(50, 6, rare), tallied(40, 6, NEARBY_TALLY, 40)],
    {
      split: "validation",
      blocks: [{ first: "2018-07-10T00:00:00Z", last: "2018-07-15T23:00:00Z" }],
      inits: Array.from(
        { length: 20 },
        (_, at) => `2018-07-${10 + Math.floor(at / 4)}T${String(6 * (at % 4)).padStart(2, "0")}:00:00Z`,
      ),
    },
    { method: "beta", memberCount: 8 },
  );
}
