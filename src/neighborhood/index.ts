/** Neighborhood: what happens near a cell, fast on full grids. Products make forecasts of it and verify judges them, by one set of kernels. */
export { anyWithin, type Columns, type EventMask, UNKNOWN } from "./any-within.ts";
export { gaussianSmooth, type Smoothing } from "./gaussian.ts";
export { maximumWithin } from "./maximum-within.ts";
export { meanWithin } from "./mean-within.ts";
export { box, disc, type Neighborhood } from "./shape.ts";
