/** Forecast: what runs a trained model forward, and the store its members are written to. */
export {
  createForecast,
  type ForecastDescription,
  type ForecastWriter,
  isForecast,
  openForecast,
} from "./store.ts";
