/**
 * The methods that need no training, by name: what every model has to beat, made and stored as its own forecasts are.
 * @module
 */
import type { Archive } from "../../archive/index.ts";
import { ConfigError, type InitTime, type LeadHours } from "../../core/index.ts";
import { leadsUpTo } from "../make.ts";
import type { ForecastMethod } from "../method.ts";
import { climatology } from "./climatology.ts";
import { lagrangian } from "./lagrangian.ts";
import { persistence } from "./persistence.ts";
import { timeLagged } from "./time-lagged.ts";

export type BaselineName = "persistence" | "climatology" | "time-lagged" | "lagrangian";
export const BASELINES: readonly BaselineName[] = ["persistence", "climatology", "time-lagged", "lagrangian"];

export interface BaselineOptions {
  readonly seed: number;
  readonly initTime: InitTime;
  readonly lastLeadHours: LeadHours;
  /** Forecasts of earlier cycles, for `time-lagged`. */
  readonly earlier?: readonly string[];
  /** For `lagrangian`. Default 1. */
  readonly motionSpread?: number;
}

/** A method in the space of the archive. @throws RequestError or ConfigError when it lacks what it is made of */
export async function openBaseline(
  name: BaselineName,
  archive: Archive,
  { seed, initTime, lastLeadHours, earlier = [], motionSpread }: BaselineOptions,
): Promise<ForecastMethod> {
  const leadHours = leadsUpTo(lastLeadHours, archive.stepHours);
  const makers: Readonly<Record<BaselineName, () => ForecastMethod | Promise<ForecastMethod>>> = {
    persistence: () => persistence(archive),
    climatology: () => climatology(archive, { seed, initTime, leadHours }),
    "time-lagged": () => {
      if (earlier.length > 0) return timeLagged(archive, { initTime, leadHours, earlier });
      throw new ConfigError({
        place: "--earlier",
        expected: "forecasts of earlier cycles: stores, or archives of one cycle each",
        got: "none",
      });
    },
    lagrangian: () => lagrangian(archive, { seed, initTime, ...(motionSpread !== undefined && { motionSpread }) }),
  };
  return makers[name]();
}
