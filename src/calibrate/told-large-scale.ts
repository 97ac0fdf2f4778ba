/** The large scale that a calibration's forecasts are told, and from which init times they can be. @module */
import { type LargeScale, openLargeScale } from "../archive/index.ts";
import { type InitTime, type LeadHours, validTime } from "../core/index.ts";
import { newestKnown, type RunDescription, requireLargeScale } from "../run/index.ts";

export interface ToldLargeScale {
  readonly store: LargeScale | undefined;
  /** Whether a forecast may know the large scale of all these leads at its start; always, where it is told none. */
  readonly knows: (init: InitTime, leads: readonly LeadHours[]) => boolean;
}

/** @throws as `openLargeScale` and `requireLargeScale` */
export async function toldLargeScale(
  path: string | undefined,
  { grid, largeScale }: Pick<RunDescription, "grid" | "largeScale">,
): Promise<ToldLargeScale> {
  const names = largeScale?.variables.map(({ name }) => name) ?? [];
  const given = path === undefined ? undefined : await openLargeScale(path);
  const store = requireLargeScale(names, grid, given);
  return {
    store,
    knows: (init, leads) =>
      store === undefined || leads.every((lead) => newestKnown(store, names, validTime(init, lead), init)),
  };
}
