/** Regrid: fields from any grid to any other, by weights that are computed once. Runs in a browser; `cache.ts` keeps weights on disk. */
export { MINIMUM_COVERAGE, REGRID_METHODS, type RegridMethod, regrid, regridder, WEIGHTS_OF } from "./apply.ts";
export { cachedWeights } from "./cache.ts";
export { mrmsReflectivity } from "./mrms.ts";
export { rainReflectivity } from "./precipitation.ts";
export { type RegridWeights, regridWeights, type WeightKind } from "./weights.ts";
export { regridWind, type WindFrame } from "./winds.ts";
