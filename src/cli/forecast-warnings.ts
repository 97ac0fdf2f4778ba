/**
 * What a forecast may be taken for that it is not, said once: skill shown on hours the model has learnt, leads far beyond what
 * it has learnt, an ensemble of one.
 * @module
 */
import { splitOf } from "../archive/index.ts";
import { formatLead, type InitTime, type LeadHours, leadAfter, type ValidTime } from "../core/index.ts";
import type { ForecastMethod } from "../forecast/index.ts";

/** Learnt spans, one behind the other, after which the errors of steps have added up to more than was ever looked at in training. */
const FAR = 24;

export interface AskedForecast {
  readonly init: InitTime;
  readonly members: number;
  readonly leads: LeadHours;
  /** Whether a trained run makes it. */
  readonly trained: boolean;
}

/** Lines without an end, none where there is nothing to warn of. */
export function forecastWarnings(
  { splits, stepHours, anchorSteps = 1, memberLimit, motionSpread }: Omit<ForecastMethod, "forecast" | "close">,
  { init, members, leads, trained }: AskedForecast,
): string[] {
  const warnings: string[] = [];
  if (splitOf(splits ?? [], init as number as ValidTime) === "train") {
    warnings.push(
      "the init time lies in the training split, which the model knows: this forecast is no measure of skill",
    );
  }
  const learnt = leadAfter(anchorSteps, stepHours);
  if (trained && leads > FAR * learnt) {
    warnings.push(
      `--leads ${formatLead(leads)} is more than ${FAR} times the ${formatLead(learnt)} that the model was trained for: look at its drift with updraft verify`,
    );
  }
  if (members === 1 && memberLimit !== 1 && motionSpread !== 0) {
    warnings.push("--members 1: one member has no spread, and probabilities of it are 0 or 100 %");
  }
  return warnings;
}
