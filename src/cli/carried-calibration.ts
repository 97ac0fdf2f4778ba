/** The calibration that a forecast carries, where calibrated probabilities are asked for by `--calibrated`. @module */
import { ConfigError, RequestError } from "../core/index.ts";
import type { StoredForecast } from "../forecast/index.ts";
import type { ProbabilityCalibration } from "../recalibration/index.ts";

/** @throws RequestError when the forecast carries none, ConfigError beside `--over-leads`, whose event is another */
export function requireCalibration(
  { calibration }: StoredForecast,
  path: string,
  { overLeads }: { readonly overLeads?: boolean },
): ProbabilityCalibration {
  if (overLeads) {
    throw new ConfigError({
      place: "--calibrated",
      expected: "single leads",
      got: "--over-leads, whose largest values are another event",
      remedy: "leave one of them out",
    });
  }
  if (calibration !== undefined) return calibration;
  throw new RequestError({
    place: path,
    expected: "a forecast that carries a calibration of its probabilities",
    got: "none",
    remedy: "calibrate its run with `updraft calibrate --probabilities` and forecast again, or leave --calibrated out",
  });
}
