/** The stage three methods begin with: G, the deterministic forecaster. @module */
import type { StageConfig } from "../config.ts";
import { forecasterGraph, forecasterObjective } from "../objectives/forecaster.ts";
import type { Stage } from "../stage.ts";

export function forecasterStage(config: StageConfig, rimCells: number): Stage {
  const { network, batch } = config;
  return {
    name: "forecaster",
    config,
    objective: async (data) => forecasterObjective(data, { network, batch, rimCells }),
    outputs: async ({ run }) => ({ next: forecasterGraph(run, network, 1).next }),
  };
}
