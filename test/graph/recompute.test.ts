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

/** Tensors of a kind in the history of some results. */
function countOf(kind: string, results: readonly Tensor[]): number {
  const seen = new Set(results);
  for (const x of seen) for (const source of x.inputs) seen.add(source);
  return [...seen].filter((x) => x.kind === kind).length;
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
    const all = new Set(gradients(loss, parameters, { recompute: "blocks" }));
    for (const x of all) for (const source of x.inputs) all.add(source);
    const waiting = [...all].filter(({ kind }) => kind === "onceKnown");
    const kinds = waiting.map(({ inputs }) => inputs[0].kind);
    expect(kinds.filter((kind) => kind === "checkpoint")).toHaveLength(2);
    // And the derivative of what a convolution was given, for that of its weight.
    expect(kinds.filter((kind) => kind === "convInputGradient")).toHaveLength(3);
    expect(emitModel({ outputs: { loss }, portable: true }).length).toBeGreaterThan(0);
  });
});
