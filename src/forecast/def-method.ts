/**
 * DEF as a method: a trained run, opened, with its dial set.
 * @module
 */
import { ConfigError } from "../core/index.ts";
import { type DefOptions, defForecaster, describeDef } from "./def.ts";
import { oneByOne } from "./forecaster.ts";
import type { ForecastMethod } from "./method.ts";
import { openNetworks } from "./networks.ts";

/**
 * @throws RequestError when the run is missing or its training has not finished, ConfigError when the noise schedule has not so many steps
 */
export async function openDef(run: string, options: DefOptions, threads: number): Promise<ForecastMethod> {
  const networks = await openNetworks(run, threads);
  const { channels, grid, stepHours, diffusionSteps } = networks.run;
  if (options.samplerSteps >= diffusionSteps) {
    await networks.close();
    throw new ConfigError({
      place: "--steps",
      expected: `fewer than the ${diffusionSteps} of the run's noise schedule`,
      got: String(options.samplerSteps),
    });
  }
  return {
    title: describeDef(options),
    space: { channels, grid },
    stepHours,
    provenance: { model: networks.fingerprint },
    forecast: oneByOne(defForecaster(networks, options)),
    batch: 1,
    close: () => networks.close(),
  };
}
