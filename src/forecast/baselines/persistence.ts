/**
 * Persistence: nothing changes. What must be beaten first.
 * @module
 */
import type { Archive } from "../../archive/index.ts";
import { oneByOne } from "../forecaster.ts";
import type { ForecastMethod } from "../method.ts";

/** Every state is the analysis. Members do not differ, so that one is all there is. */
export function persistence({ channels, grid, stepHours }: Archive): ForecastMethod {
  return {
    title: "persistence",
    space: { channels, grid },
    stepHours,
    provenance: {},
    splits: [],
    forecast: oneByOne(async (state) => state),
    batch: 1,
    memberLimit: 1,
    keepsMissing: true,
    close: async () => {},
  };
}
