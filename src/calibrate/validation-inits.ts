/** Init times to calibrate from: spread evenly over the validation split, with every lead inside it and all known that a forecast is told. @module */
import { type Archive, splitOf } from "../archive/index.ts";
import { type InitTime, type LeadHours, RequestError, validTime } from "../core/index.ts";

/**
 * @param count how many
 * @param leads all of which have to be whole hours of the split, as has the init time itself
 * @param knows whether a forecast from an init time has what it needs beside its analysis; by default any has
 * @throws RequestError when there are fewer
 */
export function validationInits(
  archive: Archive,
  count: number,
  leads: readonly LeadHours[],
  knows: (init: InitTime) => boolean = () => true,
): InitTime[] {
  const whole = (init: InitTime): boolean =>
    [0, ...leads].every((lead) => {
      const time = validTime(init, lead);
      return archive.times.includes(time) && archive.isWhole(time) && splitOf(archive.splits, time) === "validation";
    });
  const complete = archive.times.map((time) => time as number as InitTime).filter(whole);
  const possible = complete.filter(knows);
  if (possible.length < count) {
    throw new RequestError({
      place: archive.path,
      expected: `${count} init times whose ${leads[leads.length - 1]} h lie in the validation split`,
      got: `${possible.length}${possible.length < complete.length ? `, and ${complete.length - possible.length} whose large scale is not known at their start` : ""}`,
      remedy: "ask for fewer --inits or --leads",
    });
  }
  return Array.from({ length: count }, (_, k) => possible[Math.floor(((k + 0.5) * possible.length) / count)]);
}
