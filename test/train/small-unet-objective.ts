/** The preset `small`, narrow, learning something that it can, for tests of what trains it. @module */
import { normals } from "../../src/core/index.ts";
import { input, reduceMean, square, subtract, type Tensor } from "../../src/graph/index.ts";
import { PRESETS, parameterStore, type UNetConfig, unet } from "../../src/nn/index.ts";
import { sizeOf } from "../../src/train/gradient.ts";
import type { Feeds, Objective } from "../../src/train/objective.ts";

/**
 * With the parts that others of the family have: attention, and edges repeated. So: padding to a multiple, space-to-depth, halving by stride
 * 2, 1x1 before doubling, skips, group norm, a time embedding, the shortcut with its gains.
 */
const NETWORK: UNetConfig = {
  ...(PRESETS.small as UNetConfig),
  widths: [8, 16, 24],
  groups: 4,
  attentionLevels: 1,
  padding: "edge",
};
const [X, Y, NOISE_LEVEL] = [[2, 3, 18, 30], [2, 2, 18, 30], [2]];

export interface SmallUnetObjective extends Objective {
  readonly prediction: Tensor;
}

/** Batches of 2. */
export function smallUnetObjective(): SmallUnetObjective {
  const store = parameterStore();
  const [x, y, timestep] = [input("x", X), input("y", Y), input("timestep", NOISE_LEVEL)];
  const prediction = unet(store, NETWORK, x, { outChannels: 2, timestep });
  const batch = async (first: number): Promise<Feeds> => {
    const target = normals({ seed: 1, purpose: "y", index: first }, sizeOf(Y));
    return {
      x: normals({ seed: 1, purpose: "x", index: first }, sizeOf(X)),
      // Not about zero, where training begins, so that few steps have somewhere to go.
      y: target.map((value) => 1 + 0.3 * value),
      timestep: Float32Array.of(3 + first, 700 - first),
    };
  };
  return {
    stage: "small",
    store,
    prediction,
    sampleLosses: reduceMean(square(subtract(prediction, y)), [1, 2, 3]),
    trainingSamples: 8,
    validationSamples: 2,
    trainingBatch: batch,
    validationBatch: batch,
  };
}
