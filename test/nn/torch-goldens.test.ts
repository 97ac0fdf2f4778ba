/**
 * Our networks against PyTorch 2.15's tensors: the same small UNet2DModel, its loss and every gradient, computed there in float64; and its
 * answer against that of diffusers 0.42.1's own class with these weights. Made again by
 * `peers/.venv-torch/bin/python peers/torch_goldens.py test/nn/golden/unet-2d.safetensors`, and `… peers/diffusers_golden.py test/nn/golden`;
 * no Python is needed here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSession, emitModel, gradients, input, meanSquaredError } from "../../src/graph/index.ts";
import { applyNetwork, type NetworkConfig, parameterStore } from "../../src/nn/index.ts";
import { decodeSafetensors } from "../../src/safetensors/index.ts";

/** Float32 through some thirty layers and back, relative to the largest value of each gradient. */
const F32_NETWORK = 2e-5;

const config: NetworkConfig = {
  kind: "unet-2d",
  widths: [4, 8],
  layersPerBlock: 1,
  attention: [false, true],
  headChannels: 4,
  groups: 2,
  eps: 1e-5,
};

/** The tensors of a file of goldens by name. */
function goldens(file: string): { readonly names: readonly string[]; readonly golden: (name: string) => Float32Array } {
  const path = join(import.meta.dirname, "golden", file);
  const { tensors } = decodeSafetensors(readFileSync(path), path);
  const golden = (name: string): Float32Array => {
    const held = tensors.get(name);
    if (held === undefined) throw new Error(`no ${name} in ${path}`);
    return held.data;
  };
  return { names: [...tensors.keys()], golden };
}

test("the diffusers U-Net has PyTorch's loss and PyTorch's gradients", async () => {
  const { names: held, golden } = goldens("unet-2d.safetensors");
  const store = parameterStore();
  const [x, timestep, target] = [input("x", [2, 5, 8, 6]), input("t", [2]), input("target", [2, 3, 8, 6])];
  const loss = meanSquaredError(applyNetwork(store, config, x, { outChannels: 3, timestep }), target);
  const names = store.entries().map(({ name }) => name);
  expect(new Set(held.filter((name) => name.startsWith("parameter/")))).toEqual(
    new Set(names.map((name) => `parameter/${name}`)),
  );
  const derivatives = gradients(
    loss,
    store.entries().map(({ tensor }) => tensor),
  );
  const outputs = Object.fromEntries(derivatives.map((gradient, at) => [`gradient/${names[at]}`, gradient]));
  const session = await createSession(emitModel({ outputs: { ...outputs, loss } }), { threads: 1 });
  const weights = Object.fromEntries(names.map((name) => [name, golden(`parameter/${name}`)]));
  const feeds = { x: golden("input/x"), t: golden("input/t"), target: golden("input/target") };
  const got = await session.run({ ...weights, ...feeds });
  await session.close();

  // Printed by the script in float64.
  expect(Math.abs(got.loss[0] / golden("loss")[0] - 1)).toBeLessThan(1e-6);
  const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = Math.max(...names.map((name) => largest(golden(`gradient/${name}`))));
  for (const name of names) {
    const [ours, theirs] = [got[`gradient/${name}`], golden(`gradient/${name}`)];
    // Some gradients are zero but for rounding (the bias of a key moves no score): those are held to a thousandth of the largest.
    const unit = Math.max(largest(theirs), 1e-3 * scale);
    const worst = ours.reduce((most, value, at) => Math.max(most, Math.abs(value - theirs[at])), 0);
    expect(worst / unit, name).toBeLessThan(F32_NETWORK);
  }
});

test("the diffusers U-Net answers as diffusers' own UNet2DModel does", async () => {
  const { golden } = goldens("unet-2d.safetensors");
  const theirs = goldens("diffusers-answer.safetensors").golden("answer");
  const store = parameterStore();
  const [x, timestep] = [input("x", [2, 5, 8, 6]), input("t", [2])];
  const answer = applyNetwork(store, config, x, { outChannels: 3, timestep });
  const session = await createSession(emitModel({ outputs: { answer } }), { threads: 1 });
  const weights = Object.fromEntries(store.entries().map(({ name }) => [name, golden(`parameter/${name}`)]));
  const got = await session.run({ ...weights, x: golden("input/x"), t: golden("input/t") });
  await session.close();
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = theirs.reduce((most, value, at) => Math.max(most, Math.abs(value - got.answer[at])), 0);
  expect(largest).toBeGreaterThan(0.1);
  expect(worst / largest).toBeLessThan(F32_NETWORK);
});
