/** DEF (docs/def-fidelity.md): G, over one step and then over several; then, with G frozen, the denoiser of the present state. @module */
import type { NetworkConfig } from "../../nn/index.ts";
import type { DefConfig, TuningConfig } from "../config.ts";
import { modelOutputs } from "../model-outputs.ts";
import { denoiserGraph, denoiserObjective } from "../objectives/denoiser.ts";
import { forecasterGraph } from "../objectives/forecaster.ts";
import { tuningObjective } from "../objectives/tuning.ts";
import type { Stage } from "../stage.ts";
import { forecasterStage } from "./forecaster-stage.ts";

/** Two samples a call: the same noisy state with its condition and with zeros. */
const GUIDED_PAIR = 2;

export function defStages({ forecaster, tuning, denoiser, rimCells }: DefConfig): Stage[] {
  return [
    forecasterStage(forecaster, rimCells),
    ...(tuning === undefined ? [] : [tuningStage(forecaster.network, tuning, rimCells)]),
    {
      name: "denoiser",
      config: denoiser,
      objective: async (data, { openModel }) =>
        denoiserObjective(data, {
          config: denoiser,
          rimCells,
          modelOutput: modelOutputs(data, await openModel("forecaster")),
        }),
      outputs: async ({ run }) => ({ epsilon: denoiserGraph(run, denoiser.network, GUIDED_PAIR).epsilon }),
    },
  ];
}

/** Goes on with the forecaster's weights and replaces its model. */
function tuningStage(network: NetworkConfig, config: TuningConfig, rimCells: number): Stage {
  return {
    name: "tuning",
    model: "forecaster",
    config,
    objective: async (data, { weightsOf }) =>
      tuningObjective(data, { network, config, rimCells, begins: weightsOf("forecaster") }),
    outputs: async ({ run }) => ({ next: forecasterGraph(run, network, 1).next }),
  };
}
