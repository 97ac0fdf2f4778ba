import { describe, expect, test } from "vitest";
import {
  abs,
  add,
  averagePool,
  broadcastTo,
  concat,
  constant,
  conv2d,
  cos,
  crop2d,
  depthToSpace,
  divide,
  erf,
  exp,
  gelu,
  greater,
  groupNorm,
  input,
  layerNorm,
  linear,
  log,
  matmul,
  maximum,
  meanSquaredError,
  minimum,
  multiply,
  negate,
  pad2d,
  parameter,
  power,
  reduceMean,
  reduceSum,
  reshape,
  sigmoid,
  silu,
  sin,
  slice,
  softmax,
  spaceToDepth,
  sqrt,
  square,
  subtract,
  type Tensor,
  tanh,
  transpose,
  upsampleNearest,
  where,
} from "../../src/graph/index.ts";
import { channelAffine, channelProducts } from "../../src/graph/ops/per-channel.ts";
import { checkExpression, randomFeeds, run } from "./compare.ts";

interface Case {
  readonly name: string;
  readonly leaves: readonly Tensor[];
  readonly y: Tensor;
}

function unary(name: string, f: (x: Tensor) => Tensor): Case {
  const x = input("x", [2, 3, 5]);
  return { name, leaves: [x], y: f(x) };
}

function binary(name: string, f: (a: Tensor, b: Tensor) => Tensor, a: number[], b: number[]): Case {
  const leaves = [input("a", a), input("b", b)];
  return { name: `${name} of [${a.join()}] and [${b.join()}]`, leaves, y: f(leaves[0], leaves[1]) };
}

function image(name: string, shape: number[], f: (x: Tensor) => Tensor): Case {
  const x = input("x", shape);
  return { name: `${name} of [${shape.join()}]`, leaves: [x], y: f(x) };
}

function convolution(x: number[], weight: number[], stride: 1 | 2, padding: number, withBias: boolean): Case {
  const leaves = [input("x", x), parameter("weight", weight), parameter("bias", [weight[0]])];
  const bias = withBias ? { bias: leaves[2] } : {};
  return {
    name: `conv2d of [${x.join()}] by [${weight.join()}], stride ${stride}, padding ${padding}${withBias ? ", bias" : ""}`,
    leaves: withBias ? leaves : leaves.slice(0, 2),
    y: conv2d(leaves[0], leaves[1], { stride, padding, ...bias }),
  };
}

function normalization(
  name: string,
  shape: number[],
  features: number,
  f: (x: Tensor, gamma: Tensor, beta: Tensor) => Tensor,
): Case {
  const leaves = [input("x", shape), parameter("gamma", [features]), parameter("beta", [features])];
  return { name: `${name} of [${shape.join()}]`, leaves, y: f(leaves[0], leaves[1], leaves[2]) };
}

/** Keeps an argument where the function is smooth. */
const positive = (x: Tensor): Tensor => add(square(x), 0.5);

const CASES: readonly Case[] = [
  ...[[4, 1, 3], [3], []].flatMap((b) => [
    binary("add", add, [4, 2, 3], b),
    binary("subtract", subtract, b, [4, 2, 3]),
    binary("multiply", multiply, [4, 2, 3], b),
    binary("divide", (p, q) => divide(p, positive(q)), [4, 2, 3], b),
    binary("divide", (p, q) => divide(p, positive(q)), b, [4, 2, 3]),
  ]),
  binary("minimum", minimum, [2, 3], [2, 3]),
  binary("maximum", maximum, [2, 3], [3]),
  unary("negate", negate),
  unary("abs", abs),
  unary("square", square),
  unary("sqrt", (x) => sqrt(positive(x))),
  unary("exp", exp),
  unary("log", (x) => log(positive(x))),
  unary("sin", sin),
  unary("cos", cos),
  unary("tanh", tanh),
  unary("sigmoid", sigmoid),
  unary("silu", silu),
  unary("silu far out", (x) => silu(multiply(8, x))),
  unary("gelu", gelu),
  unary("erf", (x) => erf(multiply(2, x))),
  unary("a power of 3", (x) => power(x, 3)),
  unary("a power of -1.5", (x) => power(positive(x), -1.5)),
  unary("softmax", softmax),
  unary("where", (x) => where(greater(x, 0.1), square(x), sin(x))),
  unary("reduceSum over all", (x) => reduceSum(square(x))),
  unary("reduceSum over the middle", (x) => reduceSum(x, [1])),
  unary("reduceMean over two, kept", (x) => reduceMean(x, [0, -1], { keepDims: true })),
  unary("reshape", (x) => square(reshape(x, [5, -1]))),
  unary("transpose", (x) => transpose(x, [2, 0, 1])),
  unary("broadcastTo", (x) => broadcastTo(reshape(x, [2, 1, 15]), [3, 2, 4, 15])),
  unary("slice", (x) => slice(x, -1, 1, 4)),
  unary("slices that overlap", (x) => multiply(slice(x, 2, 0, 4), slice(x, 2, 1, 5))),
  unary("constants", (x) => multiply(add(x, constant(Float32Array.of(1, 2, 3, 4, 5))), constant(3))),
  binary("concat", (a, b) => concat([a, b, a], 1), [2, 3, 2], [2, 1, 2]),
  binary("matmul", matmul, [4, 3], [3, 5]),
  binary("matmul, batched", matmul, [2, 1, 4, 3], [5, 3, 2]),
  binary("matmul by one matrix", matmul, [2, 4, 3], [3, 6]),
  binary("matmul, a transposed", (a, b) => matmul(a, b, { transposeA: true }), [2, 3, 4], [2, 3, 5]),
  binary("matmul, b transposed", (a, b) => matmul(a, b, { transposeB: true }), [2, 4, 3], [2, 2, 3]),
  binary("matmul, both", (a, b) => matmul(a, b, { transposeA: true, transposeB: true }), [3, 4], [5, 3]),
  binary("matmul with a row vector", matmul, [1, 7], [7, 9]),
  {
    name: "linear on three axes",
    ...(() => {
      const leaves = [input("x", [2, 3, 4]), parameter("weight", [5, 4]), parameter("bias", [5])];
      return { leaves, y: linear(leaves[0], leaves[1], leaves[2]) };
    })(),
  },
  {
    name: "masked meanSquaredError",
    ...(() => {
      const leaves = [input("a", [2, 3, 4, 4]), input("b", [2, 3, 4, 4])];
      const mask = constant(
        Float32Array.from({ length: 16 }, (_, k) => (k % 3) / 2),
        [1, 1, 4, 4],
      );
      return { leaves, y: meanSquaredError(leaves[0], leaves[1], mask) };
    })(),
  },
  binary("meanSquaredError", (a, b) => meanSquaredError(a, b), [2, 3, 4], [2, 3, 4]),
  convolution([2, 3, 6, 5], [4, 3, 3, 3], 1, 1, true),
  convolution([1, 3, 6, 5], [4, 3, 3, 3], 1, 0, false),
  convolution([2, 3, 7, 6], [2, 3, 3, 3], 2, 1, true),
  convolution([1, 2, 8, 8], [3, 2, 2, 2], 2, 0, false),
  convolution([2, 3, 6, 8], [4, 3, 4, 4], 2, 1, false),
  convolution([2, 5, 4, 4], [3, 5, 1, 1], 1, 0, true),
  convolution([2, 2, 7, 9], [3, 2, 5, 3], 1, 2, true),
  // A single small field with a long sum: emitted as one matrix product.
  convolution([1, 16, 6, 5], [15, 16, 3, 3], 1, 1, true),
  convolution([1, 16, 6, 6], [40, 16, 3, 3], 2, 1, true),
  convolution([1, 130, 3, 4], [2, 130, 1, 1], 1, 0, true),
  // Weight gradients: more columns out than in; strips of two columns that cross; each phase with a reach of its own; parts of cells.
  convolution([1, 2, 5, 4], [3, 2, 3, 3], 1, 2, false),
  convolution([1, 3, 5, 6], [2, 3, 3, 5], 1, 1, false),
  convolution([1, 2, 6, 2], [2, 2, 5, 5], 1, 2, false),
  convolution([1, 2, 6, 1], [2, 2, 5, 5], 1, 2, false),
  convolution([1, 2, 7, 5], [3, 2, 5, 5], 2, 2, false),
  convolution([1, 1, 96, 90], [2, 1, 3, 3], 1, 1, false),
  convolution([1, 2, 96, 90], [1, 2, 3, 3], 1, 1, false),
  ...[1, 2].map((n): Case => {
    const leaves = [input("x", [n, 3, 6, 8]), parameter("weight", [5, 12, 3, 3]), parameter("bias", [5])];
    const y = conv2d(spaceToDepth(leaves[0], 2), leaves[1], { padding: 1, bias: leaves[2] });
    return { name: `convolution of ${n} field of patches`, leaves, y };
  }),
  ...[1, 2].map((samples): Case => {
    const leaves = [input("x", [2, 3, 4, 5]), parameter("scale", [samples, 3]), parameter("shift", [samples, 3])];
    return {
      name: `channelAffine, ${samples} of each term`,
      leaves,
      y: channelAffine(leaves[0], leaves[1], leaves[2]),
    };
  }),
  binary("channelProducts", channelProducts, [2, 3, 4, 5], [2, 3, 4, 5]),
  binary("channelProducts in runs of rows", channelProducts, [1, 1, 130, 70], [1, 1, 130, 70]),
  normalization("groupNorm", [2, 6, 4, 3], 6, (x, gamma, beta) => groupNorm(x, 3, gamma, beta)),
  normalization("groupNorm in one group", [1, 4, 3, 3], 4, (x, gamma, beta) => groupNorm(x, 1, gamma, beta, 1e-3)),
  normalization("groupNorm far from zero", [2, 4, 4, 4], 4, (x, gamma, beta) => groupNorm(add(x, 30), 2, gamma, beta)),
  normalization("layerNorm", [2, 3, 7], 7, layerNorm),
  image("pad2d with zeros", [2, 2, 3, 4], (x) => pad2d(x, { top: 1, bottom: 2, left: 0, right: 3 }, "zero")),
  image("pad2d with the edge", [2, 2, 3, 4], (x) => pad2d(x, { top: 1, bottom: 2, left: 0, right: 3 }, "edge")),
  image("pad2d of one row", [1, 2, 1, 2], (x) => pad2d(x, { top: 1, bottom: 2, left: 2, right: 1 }, "edge")),
  image("crop2d", [2, 2, 5, 6], (x) => crop2d(x, { top: 1, bottom: 2, left: 0, right: 3 })),
  image("spaceToDepth", [2, 3, 4, 6], (x) => spaceToDepth(x, 2)),
  image("depthToSpace", [2, 12, 2, 3], (x) => depthToSpace(x, 2)),
  image("upsampleNearest", [2, 3, 2, 3], (x) => upsampleNearest(x, 2)),
  image("upsampleNearest by 4", [1, 2, 2, 3], (x) => upsampleNearest(x, 4)),
  image("averagePool", [2, 3, 4, 6], (x) => averagePool(x, 2)),
];

describe("values equal float64, gradients equal float64 and central differences", () => {
  test.each(CASES)("$name", async ({ y, leaves }) => {
    await checkExpression(y, leaves);
  });
});

/** <A x, y> against <x, Aᵀ y>, computed by ONNX Runtime and summed in float64. */
const LINEAR: readonly Case[] = [
  convolution([2, 3, 9, 8], [4, 3, 3, 3], 1, 1, false),
  convolution([2, 3, 9, 8], [4, 3, 3, 3], 2, 1, false),
  image("spaceToDepth", [2, 3, 8, 4], (x) => spaceToDepth(x, 4)),
  image("depthToSpace", [1, 16, 2, 3], (x) => depthToSpace(x, 4)),
  image("upsampleNearest", [2, 3, 2, 3], (x) => upsampleNearest(x, 3)),
  image("averagePool", [2, 3, 4, 6], (x) => averagePool(x, 2)),
  image("pad2d", [1, 2, 5, 3], (x) => pad2d(x, { top: 2, bottom: 1, left: 3, right: 1 }, "edge")),
];

describe("the derivative is the transpose: <A x, y> = <x, A'y>", () => {
  test.each(LINEAR)("$name", async ({ y, leaves }) => {
    const { gradients } = await import("../../src/graph/index.ts");
    const direction = input("y", y.shape);
    const [back] = gradients(reduceSum(multiply(y, direction)), [leaves[0]]);
    const feeds = randomFeeds([...leaves, direction]);
    const got = await run({ forward: y, back }, feeds);
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
    const [left, right] = [dot(got.forward, feeds.y), dot(feeds.x, got.back)];
    expect(Math.abs(left - right) / Math.abs(left)).toBeLessThan(1e-5);
  });
});
