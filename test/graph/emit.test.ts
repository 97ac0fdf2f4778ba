import { describe, expect, test } from "vitest";
import { normals } from "../../src/core/index.ts";
import {
  add,
  concat,
  constant,
  conv2d,
  createSession,
  crop2d,
  emitModel,
  gradients,
  groupNorm,
  input,
  linear,
  matmul,
  meanSquaredError,
  multiply,
  pad2d,
  parameter,
  reduceSum,
  reshape,
  silu,
  slice,
  spaceToDepth,
  subtract,
  transpose,
} from "../../src/graph/index.ts";
import { expectClose, randomFeeds, run } from "./compare.ts";
import { smallUnet } from "./small-unet.ts";

/** How often the text occurs in the model's bytes; operator and domain names are stored as they are. */
function occurrences(model: Uint8Array, text: string): number {
  return Buffer.from(model).toString("latin1").split(text).length - 1;
}

describe("emitModel", () => {
  const x = input("x", [2, 4]);
  const weight = parameter("weight", [3, 4]);

  test("the same graph built twice gives the same bytes", () => {
    const build = (): Uint8Array => {
      const unet = smallUnet({ batch: 1, height: 8, width: 8, channelsIn: 3, channelsOut: 2, block: 2, base: 8 });
      const derivatives = gradients(unet.loss, unet.parameters);
      return emitModel({ outputs: Object.fromEntries(derivatives.map((d, k) => [`d${k}`, d] as const)) });
    };
    expect(Buffer.compare(build(), build())).toBe(0);
  });

  test("a term written twice is computed once", () => {
    const once = emitModel({ outputs: { y: silu(x) } });
    const twice = emitModel({ outputs: { y: add(silu(x), silu(x)) } });
    // Each node stores its operator, and its output's name three times: as output, as node name, as someone's input.
    expect(occurrences(twice, "\x22\x09QuickGelu")).toBe(occurrences(once, "\x22\x09QuickGelu"));
    expect(occurrences(once, "\x22\x09QuickGelu")).toBe(1);
  });

  test("the backward pass shares the normalization of the forward pass", () => {
    const image = input("image", [1, 4, 4, 4]);
    const [gamma, beta] = [parameter("gamma", [4]), parameter("beta", [4])];
    const y = groupNorm(image, 2, gamma, beta);
    const [dx, dGamma] = gradients(reduceSum(multiply(y, y)), [image, gamma]);
    expect(occurrences(emitModel({ outputs: { y, dx, dGamma } }), "\x22\x15InstanceNormalization")).toBe(1);
  });

  test("a gradient nobody asked for is not emitted", () => {
    const image = input("image", [2, 4, 4, 4]);
    const kernel = parameter("kernel", [4, 4, 3, 3]);
    const loss = reduceSum(conv2d(image, kernel, { padding: 1 }));
    const [dKernel] = gradients(loss, [kernel]);
    expect(occurrences(emitModel({ outputs: { loss, dKernel } }), "\x22\x04Conv")).toBe(1);
  });

  test("only operators of the standard are used when the model is to be portable", () => {
    const y = silu(linear(x, weight));
    expect(occurrences(emitModel({ outputs: { y } }), "com.microsoft")).toBeGreaterThan(1);
    expect(occurrences(emitModel({ outputs: { y }, portable: true }), "com.microsoft")).toBe(0);
  });

  test("a model for inference cuts no patches, one that learns cuts them once", () => {
    const field = input("field", [2, 2, 8, 8]);
    const [kernel, bias] = [parameter("kernel", [4, 8, 3, 3]), parameter("bias", [4])];
    const y = conv2d(spaceToDepth(field, 2), kernel, { padding: 1, bias });
    const [dKernel] = gradients(reduceSum(y), [kernel]);
    const weights = new Map([["kernel", normals({ seed: 1, purpose: "kernel" }, 4 * 8 * 9)]]);
    expect(occurrences(emitModel({ outputs: { y }, weights }), "\x22\x0cSpaceToDepth")).toBe(0);
    expect(occurrences(emitModel({ outputs: { y, dKernel } }), "\x22\x0cSpaceToDepth")).toBe(1);
  });

  test("convolutions of weights that the model carries, written otherwise, have the values of those that are fed", async () => {
    const field = input("field", [2, 3, 12, 8]);
    const leaves = [
      parameter("patches", [5, 12, 3, 3]),
      parameter("bias", [5]),
      parameter("few", [7, 5, 1, 1]),
      parameter("fewBias", [7]),
    ];
    const inner = conv2d(spaceToDepth(field, 2), leaves[0], { padding: 1, bias: leaves[1] });
    const y = conv2d(inner, leaves[2], { bias: leaves[3] });
    const feeds = randomFeeds([field, ...leaves]);
    const weights = new Map(leaves.map(({ name }) => [name!, feeds[name!]]));
    const session = await createSession(emitModel({ outputs: { y }, weights }), { threads: 1 });
    const carried = await session.run({ field: feeds.field });
    expectClose(carried.y, (await run({ y }, feeds)).y, 1e-5, "y");
  });

  test("a parameter with a weight is no longer an input", async () => {
    const weights = new Map([["weight", new Float32Array(12).fill(1)]]);
    const session = await createSession(emitModel({ outputs: { y: linear(x, weight) }, weights }), { threads: 1 });
    expect(session.inputNames).toEqual(["x"]);
    const { y } = await session.run({ x: Float32Array.of(1, 2, 3, 4, 0, 0, 0, 1) });
    expect([...y]).toEqual([10, 10, 10, 1, 1, 1]);
  });

  test("a weight of another length is refused by name", () => {
    const weights = new Map([["weight", new Float32Array(11)]]);
    expect(() => emitModel({ outputs: { y: linear(x, weight) }, weights })).toThrow(
      'parameter "weight": expected 12 values for [3, 4], got 11',
    );
  });

  test("two tensors of one name are refused", () => {
    const y = add(parameter("w", [2]), parameter("w", [2]));
    expect(() => emitModel({ outputs: { y } })).toThrow('parameter "w": expected a name no other leaf');
    expect(() => emitModel({ outputs: { x } })).toThrow('input "x": expected a name no other leaf or output');
  });

  test("an input may be an output under another name, and one tensor may be two outputs", async () => {
    const y = add(x, 1);
    const got = await run({ same: x, y, again: y }, { x: new Float32Array(8).fill(2) });
    expect([got.same[0], got.y[0], got.again[0]]).toEqual([2, 3, 3]);
  });

  test("identities that change no value leave no trace", () => {
    expect(add(x, 0)).toBe(x);
    expect(multiply(1, x)).toBe(x);
    expect(subtract(x, constant(0))).toBe(x);
    expect(reshape(x, [2, 4])).toBe(x);
    expect(transpose(x, [0, 1])).toBe(x);
    expect(slice(x, 1, 0, 4)).toBe(x);
    expect(multiply(constant(3), constant(0.5)).values).toEqual(Float32Array.of(1.5));
  });

  test("times zero is kept, because zero times NaN is NaN", async () => {
    const { y } = await run({ y: multiply(x, 0) }, { x: new Float32Array(8).fill(Number.NaN) });
    expect(y.every(Number.isNaN)).toBe(true);
  });
});

describe("shapes that do not fit are refused where the model asks for them", () => {
  const image = input("image", [1, 3, 5, 6]);
  const square = input("square", [3, 3]);
  test.each<[string, () => unknown, string]>([
    ["add", () => add(image, square), "expected shapes that broadcast, got [1, 3, 5, 6] and [3, 3]"],
    ["matmul", () => matmul(square, input("b", [2, 3])), "got [3, 3] and [2, 3]"],
    ["linear", () => linear(square, input("b", [2, 4])), "expected x [..., in], weight [out, in], bias [out]"],
    ["conv2d", () => conv2d(image, input("b", [2, 4, 3, 3])), "got x [1, 3, 5, 6], weight [2, 4, 3, 3]"],
    ["conv2d", () => conv2d(image, input("b", [2, 3, 3, 3]), { padding: 3 }), "padding below its size"],
    ["conv2d", () => conv2d(image, input("b", [2, 3, 1, 1]), { bias: square }), "expected bias [2], got [3, 3]"],
    ["groupNorm", () => groupNorm(image, 2, square, square), "c a multiple of groups"],
    ["reshape", () => reshape(square, [2, -1]), "expected 9 elements as in [3, 3], got [2, -1]"],
    ["transpose", () => transpose(square, [0, 0]), "expected a permutation of the axes of [3, 3], got [0, 0]"],
    ["concat", () => concat([square, image], 0), "expected equal lengths on every axis but 0"],
    ["slice", () => slice(square, 1, 2, 4), "expected 0 <= start < end <= 3 on axis 1, got 2 to 4"],
    ["pad2d", () => pad2d(square, { top: 1, bottom: 0, left: 0, right: 0 }, "zero"), "expected [n, c, h, w]"],
    ["crop2d", () => crop2d(image, { top: 2, bottom: 3, left: 0, right: 0 }), "that leave a cell of 5 x 6, got 0 x 6"],
    ["pad2d", () => pad2d(image, { top: -1, bottom: 0, left: 0, right: 0 }, "zero"), "none negative"],
    ["spaceToDepth", () => spaceToDepth(image, 2), "height and width that 2 divides, got [1, 3, 5, 6]; pad the grid"],
    ["reduceSum", () => reduceSum(square, [0, -2]), "expected distinct axes of [3, 3], got [0, -2]"],
    ["broadcastTo", () => meanSquaredError(square, square, input("mask", [2, 1])), "broadcasts to [3, 3], got [2, 1]"],
  ])("%s", (operation, build, complaint) => {
    expect(build).toThrow(complaint);
    expect(build).toThrow(new RegExp(`^${operation} at emit\\.test\\.ts:\\d+: `));
  });
});
