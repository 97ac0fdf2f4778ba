/**
 * Updraft as a library: the doors most programs need, from files to an ensemble and its judgement. Every room has its own door with all it
 * offers: `updraft/core`, `updraft/grib2`, `updraft/archive`, `updraft/diffusion`, `updraft/forecast`, `updraft/products`, `updraft/verify`, …
 *
 *   import { openForecast } from "updraft";
 *   const forecast = await openForecast("may6.zarr");
 *   const refc = await forecast.readMember(0, 6, "refc");
 *
 * @module
 */

export { type Archive, buildFromGrib, openArchive } from "./archive/index.ts";
// What data are
export type {
  Ensemble,
  Field,
  Grid,
  InitTime,
  LeadHours,
  State,
  ValidTime,
  Variable,
  VariableName,
} from "./core/index.ts";
export { formatTime, isUpdraftError, parseTime, VARIABLES, validTime } from "./core/index.ts";
export {
  createForecast,
  defForecaster,
  forecastEnsemble,
  openForecast,
  openModels,
  openRun,
} from "./forecast/index.ts";
// Files and archives
export { decodeValues, fieldsOf, scanMessages, toGrid, toSouthUp } from "./grib2/index.ts";
export { exportNetcdf } from "./products/export/index.ts";
// Pictures, files and scores
export { drawEnsembleMaps, drawMap } from "./products/map/index.ts";
// Models and ensembles
export { readTrainConfig, type TrainConfig, train } from "./train/index.ts";
export { crps, ensembleScores, ensembleTally, spreadSkill } from "./verify/index.ts";
