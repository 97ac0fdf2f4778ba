import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { createSession, emitModel, gradients, input, reduceMean, square, type Tensor } from "../../src/graph/index.ts";
import {
  applyNetwork,
  initialWeights,
  type NetworkConfig,
  PRESETS,
  type PresetName,
  parameterCount,
  parameterStore,
} from "../../src/nn/index.ts";

/** Parameters of a preset on a small grid: they do not depend on the grid, and no weight is made. */
function count(preset: PresetName, inChannels: number, outChannels: number, timed: boolean): number {
  const store = parameterStore();
  const timestep = timed ? { timestep: input("t", [1]) } : {};
  applyNetwork(store, PRESETS[preset], input("x", [1, inChannels, 32, 32]), { outChannels, ...timestep });
  return parameterCount(store);
}

describe("presets", () => {
  // The first two: def.md 11.3, the earlier attempt's own counts. def-paper: 324.6 M and 146.2 M (def.md 4). ddpm-cifar10: google/ddpm-cifar10-32.
  it.each([
    ["ultra-minimal", 7, 7, true, 81_111],
    ["ultra-minimal", 14, 7, true, 82_119],
    ["conditional-minimal", 14, 7, true, 288_503],
    ["small", 14, 7, false, 2_750_745],
    ["base", 14, 7, false, 25_482_097],
    ["large", 14, 7, true, 104_790_631],
    ["def-paper", 170, 85, true, 324_643_285],
    ["def-paper-forecaster", 96, 85, true, 146_234_965],
    ["ddpm-cifar10", 3, 3, true, 35_746_307],
  ] as const)(
    "%s with %i channels in and %i out has its parameters, to the last one",
    (name, ins, outs, timed, parameters) => {
      expect(count(name, ins, outs, timed)).toBe(parameters);
    },
  );
});

/** Loss and the norm of every gradient of a network on random input, its weights as they begin but for a little noise. */
async function trainedOnce(config: NetworkConfig, shape: readonly number[]): Promise<Record<string, Float32Array>> {
  const store = parameterStore();
  const timestep = input("t", [shape[0]]);
  const out = applyNetwork(store, config, input("x", shape), { outChannels: 3, timestep });
  expect(out.shape).toEqual([shape[0], 3, ...shape.slice(2)]);
  const loss = reduceMean(square(out));
  const parameters = store.entries().map(({ tensor }) => tensor);
  const norms = gradients(loss, parameters).map((gradient) => reduceMean(square(gradient)));
  const outputs: Record<string, Tensor> = { loss };
  for (const [at, norm] of norms.entries()) outputs[`gradient of ${store.entries()[at].name}`] = norm;
  const noise = (name: string, n: number): Float32Array => normals({ seed: 3, purpose: name }, n);
  const weights = [...initialWeights(store, { seed: 1, network: "x" })].map(([name, values]) => {
    const nudge = noise(name, values.length);
    return [name, values.map((w, i) => w + 0.05 * nudge[i])] as const;
  });
  const session = await createSession(emitModel({ outputs, weights: new Map(weights) }), { threads: 1 });
  const x = noise(
    "x",
    shape.reduce((a, b) => a * b, 1),
  );
  const results = await session.run({ x, t: Float32Array.from({ length: shape[0] }, (_, at) => 7 + 100 * at) });
  await session.close();
  return results;
}

describe("every kind of network", () => {
  const kinds: Readonly<Record<string, NetworkConfig>> = {
    "a small def-paper": {
      kind: "unet-2d",
      widths: [8, 16],
      layersPerBlock: 1,
      attention: [false, true],
      headChannels: 4,
      groups: 4,
      eps: 1e-5,
    },
    "ultra-minimal": PRESETS["ultra-minimal"],
    "a narrow conditional-minimal": { kind: "conditional-minimal", width: 8 },
    "a U-Net that repeats its edges": {
      patch: 2,
      widths: [8, 16],
      blocksPerLevel: 1,
      norm: "group",
      groups: 4,
      shortcut: true,
      padding: "edge",
    },
    "a small U-Net with attention and no middle": {
      patch: 2,
      widths: [8, 16],
      blocksPerLevel: 1,
      norm: "group",
      groups: 4,
      shortcut: true,
      middleBlocks: 0,
      upKernel: 1,
      attentionLevels: 1,
    },
  };
  it.each(Object.keys(kinds))(
    "%s runs forward and backward on a grid nothing divides, and no parameter is idle",
    async (name) => {
      const results = await trainedOnce(kinds[name], [2, 5, 9, 7]);
      for (const [parameter, [value]] of Object.entries(results)) {
        expect(value, parameter).toBeGreaterThan(0);
        expect(value, parameter).toBeLessThan(1e4);
      }
    },
  );

  it("refuses noise as an input where it has no place for it", () => {
    const task = { outChannels: 3, noise: input("noise", [1, 2, 8, 8]) };
    expect(() => applyNetwork(parameterStore(), PRESETS["ultra-minimal"], input("x", [1, 5, 8, 8]), task)).toThrow(
      "network ultra-minimal: expected a task it knows, got noise as an input; use a unet",
    );
  });
});
