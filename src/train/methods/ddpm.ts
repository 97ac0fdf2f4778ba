/**
 * The next state, drawn by diffusion given the present one: epsilon, cosine schedule. What the earlier attempt at this system meant to be
 * (docs/def-fidelity.md). A rival of DEF, not DEF.
 * @module
 */
import { cosineSchedule, EPSILON, noiseLevel } from "../../diffusion/index.ts";
import type { DdpmConfig } from "../config.ts";
import { conditionalDiffusionObjective, diffusionGraph } from "../objectives/conditional-diffusion.ts";
import type { Stage } from "../stage.ts";

export function ddpmStages({ denoiser, rimCells }: DdpmConfig): Stage[] {
  const { network, batch, minSnr, diffusionSteps } = denoiser;
  const schedule = cosineSchedule({ steps: diffusionSteps });
  return [
    {
      name: "denoiser",
      config: denoiser,
      objective: async (data) =>
        conditionalDiffusionObjective(data, {
          stage: "denoiser",
          network,
          batch,
          rimCells,
          parameterization: EPSILON,
          answersNoise: true,
          minSnr,
          drawLevel: (uniform) => noiseLevel(schedule, Math.floor(uniform * diffusionSteps)),
          cleanOf: (next) => next,
        }),
      outputs: async ({ run }) => ({
        answer: diffusionGraph(run, network, { batch: 1, seesMean: false, answersNoise: true }).answer,
      }),
    },
  ];
}
