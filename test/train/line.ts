/** The smallest objective there is, for tests of the loop alone. @module */
import { input, multiply, reduceMean, square, subtract } from "../../src/graph/index.ts";
import { parameterStore, ZEROS } from "../../src/nn/index.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import type { LoopConfig, Objective } from "../../src/train/objective.ts";

/** Learns w of y = 3 w x; samples whose number `isBad` are NaN. Validation is always whole, and gets worse or better as told. */
export function line(isBad: (sample: number) => boolean, validationTarget = (): number => 3): Objective {
  const store = parameterStore();
  const w = store.get("w", [1], ZEROS);
  const [x, y] = [input("x", [2, 1]), input("y", [2, 1])];
  const target = (first: number): Float32Array =>
    Float32Array.of(...[first, first + 1].map((sample) => (isBad(sample) ? Number.NaN : 3)));
  return {
    stage: "line",
    store,
    sampleLosses: reduceMean(square(subtract(multiply(x, w), y)), [1]),
    trainingSamples: 8,
    validationSamples: 2,
    trainingBatch: async (first) => ({ x: Float32Array.of(1, 1), y: target(first) }),
    validationBatch: async () => ({ x: Float32Array.of(1, 1), y: new Float32Array(2).fill(validationTarget()) }),
  };
}

export function configOf(changes: Partial<LoopConfig>): LoopConfig {
  const config = parseTrainConfig("method: deterministic", "test");
  if (config.method !== "deterministic") throw new Error("as asked");
  const { network: _, ...loop } = config.forecaster;
  return { ...loop, batch: 2, stepsPerEpoch: 4, epochs: 3, learningRate: 0.1, averageDecay: 0.5, ...changes };
}
