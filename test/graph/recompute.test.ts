import { describe, expect, test } from "vitest";
import {
  add,
  checkpoint,
  conv2d,
  emitModel,
  gradients,
  groupNorm,
  input,
  multiply,
  parameter,
  type Recomputation,
  reduceMean,
  silu,
  square,
  type Tensor,
} from "../../src/graph/index.ts";
import { randomFeeds, run } from "./compare.ts";
import { evaluate } from "./reference/evaluate.ts";
import { smallUnet } from "./small-unet.ts";

const WAYS = ["activations", "blocks"] as const satisfies readonly Recomputation[];

/** Three residual blocks, each marked, and a scalar made of what the first began with: a path round the blocks. */
function blocks(): { leaves: Tensor[]; parameters: Tensor[]; loss: Tensor } {
  const x = input("x", [2, 4, 6, 5]);
  const parameters: Tensor[] = [];
  let hidden: Tensor = x;
  for (const block of [0, 1, 2]) {
    const [gamma, beta] = ["gamma", "beta"].map((name) => parameter(`${block}.${name}`, [4]));
    const weight = parameter(`${block}.weight`, [4, 4, 3, 3]);
    parameters.push(gamma, beta, weight);
    const inner = conv2d(silu(groupNorm(hidden, 2, gamma, beta)), weight, { padding: 1 });
    hidden = checkpoint(add(hidden, multiply(silu(inner), inner)));
  }
  return { leaves: [x, ...parameters], parameters, loss: reduceMean(square(add(hidden, silu(x)))) };
}

function named(derivatives: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(derivatives.map((d, k) => [`d${k}`, d]));
}

/** ONNX Runtime fuses a convolution with what follows only where its result is not asked for again, so last bits may differ. */
function expectEqualToRounding(got: Record<string, Float32Array>, expected: Record<string, Float32Array>): void {
  for (const [name, values] of Object.entries(expected)) {
    const scale = Math.max(...values.map(Math.abs));
    const difference = Math.max(...values.map((value, i) => Math.abs(value - got[name][i])));
    expect(difference, name).toBeLessThanOrEqual(2e-6 * scale);
  }
}

/** Three convolutions with bias, a normalization and a nonlinearity between each two. */
function chain(): { parameters: Tensor[]; prediction: Tensor } {
  const parameters: Tensor[] = [];
  const made = (name: string, shape: readonly number[]): Tensor => {
    const one = parameter(name, shape);
    parameters.push(one);
    return one;
  };
  const convolved = (x: Tensor, at: number): Tensor =>
    conv2d(x, made(`${at}.weight`, [4, 4, 3, 3]), { padding: 1, bias: made(`${at}.bias`, [4]) });
  let prediction = convolved(input("x", [1, 4, 6, 5]), 0);
  for (const at of [1, 2]) {
    const normed = groupNorm(prediction, 2, made(`${at}.gamma`, [4]), made(`${at}.beta`, [4]));
    prediction = convolved(silu(normed), at);
  }
  return { parameters, prediction };
}

/** Some results and all they are made of. */
function everythingIn(results: readonly Tensor[]): ReadonlySet<Tensor> {
  const seen = new Set(results);
  for (const x of seen) for (const source of x.inputs) seen.add(source);
  return seen;
}

function countOf(kind: string, results: readonly Tensor[]): number {
  return [...everythingIn(results)].filter((x) => x.kind === kind).length;
}

describe("recomputation", () => {
  test.each(WAYS)("of %s gives the same gradients, blocks", async (way) => {
    const { leaves, parameters, loss } = blocks();
    const feeds = randomFeeds(leaves);
    const plain = await run(named(gradients(loss, parameters)), feeds);
    const again = await run(named(gradients(loss, parameters, { recompute: way })), feeds);
    expectEqualToRounding(again, plain);
  });

  test.each(WAYS)("of %s gives the same gradients, a U-Net", async (way) => {
    const unet = smallUnet({ batch: 2, height: 8, width: 12, channelsIn: 3, channelsOut: 2, block: 1, base: 8 });
    const feeds = randomFeeds([...unet.inputs, ...unet.parameters]);
    const plain = await run(named(gradients(unet.loss, unet.parameters)), feeds);
    const again = await run(named(gradients(unet.loss, unet.parameters, { recompute: way })), feeds);
    expectEqualToRounding(again, plain);
  });

  test.each(WAYS)("of %s is the same function to the reference", (way) => {
    const { leaves, parameters, loss } = blocks();
    const feeds = randomFeeds(leaves);
    const plain = evaluate(gradients(loss, parameters), feeds);
    expect(evaluate(gradients(loss, parameters, { recompute: way }), feeds)).toEqual(plain);
  });

  test("of activations repeats no convolution, of blocks those whose results a block does not keep", () => {
    const { parameters, loss } = blocks();
    expect(countOf("conv2d", gradients(loss, parameters))).toBe(3);
    expect(countOf("conv2d", gradients(loss, parameters, { recompute: "activations" }))).toBe(3);
    expect(countOf("conv2d", gradients(loss, parameters, { recompute: "blocks" }))).toBe(6);
  });

  test("a clone waits for the derivative at the end of its stretch", () => {
    const { parameters, loss } = blocks();
    const all = everythingIn(gradients(loss, parameters, { recompute: "blocks" }));
    const waiting = [...all].filter(({ kind }) => kind === "onceKnown");
    const kinds = waiting.map(({ inputs }) => inputs[0].kind);
    expect(kinds.filter((kind) => kind === "checkpoint")).toHaveLength(2);
    // And the derivative of what a convolution was given, for that of its weight.
    expect(kinds.filter((kind) => kind === "convInputGradient")).toHaveLength(3);
    expect(emitModel({ outputs: { loss }, portable: true }).length).toBeGreaterThan(0);
  });

  test("of activations remembers the results of convolutions and nothing else, normalizations among it", () => {
    const { parameters, prediction } = chain();
    const derivatives = named(gradients(reduceMean(prediction), parameters, { recompute: "activations" }));
    const forward = everythingIn([prediction]);
    const backward = [...everythingIn(Object.values(derivatives))].filter((x) => !forward.has(x));
    const remembered = backward.flatMap(({ inputs }) => inputs).filter((x) => forward.has(x) && x.inputs.length > 0);
    expect(new Set(remembered.map(({ kind }) => kind))).toEqual(new Set(["conv2d"]));
    // Equal nodes become one in the model, so a normalization made of the same tensor would be remembered after all.
    const again = backward.filter(({ kind }) => kind === "standardize");
    expect(again).toHaveLength(2);
    for (const { inputs } of again) expect(inputs[0].inputs[0].kind).toBe("onceKnown");
  });

  test("of activations lets the input's derivative wait for those of weight and bias, so that the field they need can go", () => {
    const { parameters, prediction } = chain();
    const all = everythingIn(gradients(reduceMean(prediction), parameters, { recompute: "activations" }));
    const paced = [...all].filter(({ kind, inputs }) => kind === "onceKnown" && inputs[0].kind === "convInputGradient");
    expect(paced).toHaveLength(2);
    for (const { inputs } of paced) {
      const waitedFor = [...everythingIn([inputs[1]])].map(({ kind }) => kind);
      expect(waitedFor).toEqual(expect.arrayContaining(["convWeightGradient", "reduceSum"]));
      expect(inputs[1].shape).toEqual([2]);
    }
  });
});
