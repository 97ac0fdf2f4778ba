/** DEF (docs/def-fidelity.md): G, then, with G frozen, the denoiser of the present state. @module */
import type { DefConfig } from "../config.ts";
import { modelOutputs } from "../model-outputs.ts";
import { denoiserGraph, denoiserObjective } from "../objectives/denoiser.ts";
import type { Stage } from "../stage.ts";
import { forecasterStage } from "./forecaster-stage.ts";

/** Two samples a call: the same noisy state with its condition and with zeros. */
const GUIDED_PAIR = 2;

export function defStages({ forecaster, denoiser, rimCells }: DefConfig): Stage[] {
  return [
    forecasterStage(forecaster, rimCells),
    {
      name: "denoiser",
      config: denoiser,
      objective: async (data, openModel) =>
        denoiserObjective(data, {
          config: denoiser,
          rimCells,
          modelOutput: modelOutputs(data, await openModel("forecaster")),
        }),
      outputs: async ({ run }) => ({ epsilon: denoiserGraph(run, denoiser.network, GUIDED_PAIR).epsilon }),
    },
  ];
}
