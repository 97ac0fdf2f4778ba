/** Methods: what is trained for each, in which order. One file a method. */
import type { RunMethod } from "../../run/index.ts";
import type { TrainConfig } from "../config.ts";
import type { Stage } from "../stage.ts";
import { crpsStages } from "./crps.ts";
import { ddpmStages } from "./ddpm.ts";
import { defStages } from "./def.ts";
import { deterministicStages } from "./deterministic.ts";
import { residualStages } from "./residual.ts";

/** The stages of a configuration's method, in the order in which they are trained. */
export function stagesOf(config: TrainConfig): readonly Stage[] {
  switch (config.method) {
    case "def":
      return defStages(config);
    case "ddpm":
      return ddpmStages(config);
    case "residual":
      return residualStages(config);
    case "crps":
      return crpsStages(config);
    default:
      return deterministicStages(config);
  }
}

/** Steps of the longest sequence that a stage learns at once. */
export function sequenceStepsOf(config: TrainConfig): number {
  return (config.method === "def" && config.tuning?.steps) || 1;
}

/** What a run says of its method. */
export function methodOf(config: TrainConfig): RunMethod {
  switch (config.method) {
    case "def":
    case "ddpm":
      return { name: config.method, diffusionSteps: config.denoiser.diffusionSteps };
    case "crps":
      return { name: "crps", noisePlanes: config.generator.noisePlanes };
    default:
      return { name: config.method };
  }
}
