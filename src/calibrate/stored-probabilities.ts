/**
 * The calibration of a run's probabilities as it is kept with the run, in `probability-calibration.json` beside the dial's. It holds the
 * tallies too, so that forecasts of fewer members get a fit of their own. It is of one model and one dial: a forecast made otherwise does not
 * carry it.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonAs, type LeadHours, RequestError } from "../core/index.ts";
import type { ForecastMethod } from "../forecast/index.ts";
import {
  type EventTally,
  eventTallySchema,
  fitCalibration,
  type ProbabilityCalibration,
  probabilityCalibrationSchema,
} from "../recalibration/index.ts";
import { readRunFile } from "../run/index.ts";

/** How the forecasts were made that a calibration was fitted on: it is for no others. */
export interface CalibratedMaking {
  /** The method's title: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly method: string;
  readonly provenance: ForecastMethod["provenance"];
}

/** What `probability-calibration.json` says. */
export interface RunProbabilities {
  readonly format: "updraft-probability-calibration";
  readonly version: 1;
  readonly making: CalibratedMaking;
  readonly seed: number;
  readonly source: string;
  readonly synthetic: boolean;
  /** For as many members as it was fitted on. */
  readonly calibration: ProbabilityCalibration;
  readonly tallies: readonly EventTally[];
}

export const probabilitiesPath = (run: string): string => join(run, "probability-calibration.json");

const fileSchema = z.strictObject({
  format: z.literal("updraft-probability-calibration"),
  version: z.literal(1),
  making: z.strictObject({
    method: z.string(),
    provenance: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  seed: z.int(),
  source: z.string(),
  synthetic: z.boolean(),
  calibration: probabilityCalibrationSchema,
  tallies: z.array(eventTallySchema),
});

/** The stored calibration; `undefined` where the run has none. @throws DecodeError when the file is damaged */
export function readProbabilities(run: string): RunProbabilities | undefined {
  const place = probabilitiesPath(run);
  if (!existsSync(place)) return undefined;
  const remedy = "run `updraft calibrate --probabilities` again";
  const text = new TextDecoder().decode(readRunFile(run, place).bytes);
  return jsonAs(fileSchema, text, { place, expected: "a calibration of probabilities", remedy });
}

/** A forecast to be made. */
export interface CarryRequest extends CalibratedMaking {
  readonly members: number;
  readonly leadHours: readonly LeadHours[];
  /** Whether its states are kept within the training range, which those of the fit were not. */
  readonly clipped: boolean;
}

/** The calibration that a forecast made like this may carry, for its own members and leads; or why none, in words. */
export function carriedProbabilities(
  { making, calibration, tallies }: RunProbabilities,
  { method, provenance, members, leadHours, clipped }: CarryRequest,
): ProbabilityCalibration | { readonly why: string } {
  if (making.method !== method) return { why: `it was fitted on forecasts by ${making.method}` };
  if (JSON.stringify(making.provenance) !== JSON.stringify(provenance)) {
    return { why: "it was fitted on another training or another noise" };
  }
  if (clipped) return { why: "it was fitted on forecasts that were not clipped" };
  const most = calibration.fittedMemberCount;
  if (members > most) return { why: `it was fitted on ${most} members and says nothing of ${members}` };
  const own = tallies.filter((tally) => leadHours.includes(tally.leadHours));
  const { split, blocks, inits } = calibration;
  try {
    return fitCalibration(own, { split, blocks, inits }, { method: calibration.method, memberCount: members });
  } catch (error) {
    if (error instanceof RequestError) return { why: `it has ${error.got}` };
    throw error;
  }
}
