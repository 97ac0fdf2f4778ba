/** Forecast: what runs a trained model forward, and the store its members are written to. */
export { DEF_DEFAULTS, type DefDial, type DefOptions, defForecaster, defPerturbation, describeDef } from "./def.ts";
export { type EnsembleOptions, forecastEnsemble } from "./ensemble.ts";
export type { Forecaster, StepOf } from "./forecaster.ts";
export { type Networks, openNetworks } from "./networks.ts";
export {
  createForecast,
  type ForecastDescription,
  type ForecastWriter,
  isForecast,
  openForecast,
} from "./store.ts";
