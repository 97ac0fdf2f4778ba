/** Calibrations as files hold them, checked: a map that was read can neither fall nor leave 0 … 1. @module */
import { z } from "zod";
import type { EventTally, ProbabilityCalibration } from "./calibration.ts";
import { CALIBRATION_METHODS } from "./fit-shares.ts";

const event = {
  quantity: z.string(),
  direction: z.enum(["atLeast", "atMost"]),
  threshold: z.number(),
  withinKm: z.number().positive().optional(),
  name: z.string(),
  leadHours: z.number().positive(),
};
const rising = (values: readonly number[]): boolean => values.every((value, at) => at === 0 || value >= values[at - 1]);

export const probabilityCalibrationSchema: z.ZodType<ProbabilityCalibration> = z
  .strictObject({
    method: z.enum(CALIBRATION_METHODS),
    memberCount: z.int().min(1),
    fittedMemberCount: z.int().min(1),
    split: z.literal("validation"),
    blocks: z.array(z.strictObject({ first: z.string(), last: z.string() })).min(1),
    inits: z.array(z.string()).min(1),
    fitted: z.array(
      z.strictObject({
        ...event,
        calibrated: z.array(z.number().min(0).max(1)).min(2).refine(rising, "probabilities that do not fall"),
        weight: z.number().min(0).max(1),
        cells: z.number(),
        events: z.number(),
        casesWithEvent: z.number(),
        seen: z.tuple([z.int().min(0), z.int().min(0)]),
      }),
    ),
    unfitted: z.array(z.strictObject({ ...event, why: z.string() })),
  })
  .refine(
    ({ fitted, memberCount }) => fitted.every(({ calibrated }) => calibrated.length === memberCount + 1),
    "a probability for each number of members",
  );

export const eventTallySchema: z.ZodType<EventTally> = z.strictObject({
  ...event,
  tally: z
    .strictObject({
      count: z.array(z.number().min(0)).min(2),
      events: z.array(z.number().min(0)),
      cases: z.int(),
      casesWithEvent: z.int(),
      residual: z.number(),
      residualSquare: z.number().min(0),
    })
    .refine(
      ({ count, events }) => events.length === count.length && events.every((e, i) => e <= count[i]),
      "events among the cells",
    ),
});
