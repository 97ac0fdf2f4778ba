/** G alone: one future. @module */
import type { DeterministicConfig } from "../config.ts";
import type { Stage } from "../stage.ts";
import { forecasterStage } from "./forecaster-stage.ts";

export function deterministicStages({ forecaster, rimCells }: DeterministicConfig): Stage[] {
  return [forecasterStage(forecaster, rimCells)];
}
