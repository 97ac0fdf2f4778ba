/** One network, one pass a step, trained on the score of its ensemble (`objectives/crps.ts`). @module */
import type { CrpsConfig } from "../config.ts";
import { crpsObjective, generatorGraph } from "../objectives/crps.ts";
import type { Stage } from "../stage.ts";

export function crpsStages({ generator, rimCells }: CrpsConfig): Stage[] {
  return [
    {
      name: "generator",
      config: generator,
      objective: async (data) => crpsObjective(data, { ...generator, rimCells }),
      outputs: async ({ run }) => ({
        next: generatorGraph(run, generator.network, { batch: 1, noisePlanes: generator.noisePlanes }).next,
      }),
    },
  ];
}
