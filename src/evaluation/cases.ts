/**
 * Which cases count: an init time and lead that the truth can serve and that EVERY system has. A system that lacks one would otherwise be
 * excused from it, and storms are when files go missing. What is left out is listed with its reason.
 * @module
 */
import { type InitTime, type LeadHours, SECONDS_PER_HOUR, type UtcSeconds, validTime } from "../core/index.ts";
import type { System } from "./system.ts";
import type { Truth } from "./truth.ts";

export interface ForecastCase {
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
}

/** A case of the first system that could not be judged. */
export interface SkippedCase extends ForecastCase {
  readonly path: string;
  readonly reason: string;
}

/** By init time, then lead. */
export function completeCases(
  systems: readonly System[],
  truth: Truth,
): { readonly cases: ForecastCase[]; readonly skipped: SkippedCase[] } {
  const [first] = systems;
  if (first.kind !== "ensemble") throw new RangeError("the first system must be an ensemble");
  const cases: ForecastCase[] = [];
  const skipped: SkippedCase[] = [];
  for (const { path, forecast } of first.forecasts.toSorted((a, b) => a.forecast.initTime - b.forecast.initTime)) {
    const { initTime } = forecast;
    for (const leadHours of forecast.leadHours) {
      const absent = systems.find((system) => !covers(system, initTime, leadHours));
      const reason =
        truth.refusal(validTime(initTime, leadHours)) ?? (absent && `not forecast by ${absent.name}`) ?? undefined;
      if (reason === undefined) cases.push({ initTime, leadHours });
      else skipped.push({ path, initTime, leadHours, reason });
    }
  }
  return { cases, skipped };
}

function covers(system: System, initTime: InitTime, leadHours: LeadHours): boolean {
  if (system.kind === "probability") return system.covers(initTime, leadHours);
  return system.forecasts.some(
    ({ forecast }) => forecast.initTime === initTime && forecast.leadHours.includes(leadHours),
  );
}

const DAY_SECONDS = 24 * SECONDS_PER_HOUR;

/** The convective day an init time belongs to, 12 UTC to 12 UTC, as a count since 1970: the block that luck comes in. */
export function convectiveDay(time: UtcSeconds): number {
  return Math.floor((time - 12 * SECONDS_PER_HOUR) / DAY_SECONDS);
}

/** The most that can be picked out of init times with a day or more between neighbors. */
export function countADayApart(times: Iterable<InitTime>): number {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of [...times].sort((a, b) => a - b)) {
    if (time - last < DAY_SECONDS) continue;
    count++;
    last = time;
  }
  return count;
}
