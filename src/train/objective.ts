/**
 * What a stage of training learns: a loss as a graph, and the numbers it is fed. The loop that trains knows no more of it than this.
 * @module
 */

import type { Tensor } from "../graph/index.ts";
import type { ParameterStore, Weights } from "../nn/index.ts";
import type { StageConfig } from "./config.ts";

/** How a stage is trained; of what network is the objective's business. */
export type LoopConfig = Omit<StageConfig, "network">;

/** Inputs of one batch by name. */
export type Feeds = Readonly<Record<string, Float32Array>>;

export interface Objective {
  /** Names folders, files and random streams. */
  readonly stage: string;
  readonly store: ParameterStore;
  /** Weights training begins with; by default drawn afresh. */
  readonly begins?: Weights;
  /** One loss a sample, [batch]; training minimises their mean. */
  readonly sampleLosses: Tensor;
  readonly trainingSamples: number;
  readonly validationSamples: number;
  /** Feeds of training samples by their index in an endless stream: sample n is a function of n and the seed alone. */
  trainingBatch(firstSample: number): Promise<Feeds>;
  /** Feeds of validation samples; always the same noise. A last batch that is short repeats its final sample. */
  validationBatch(firstSample: number): Promise<Feeds>;
}
