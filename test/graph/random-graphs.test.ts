import * as fc from "fast-check";
import { test } from "vitest";
import {
  add,
  averagePool,
  concat,
  conv2d,
  cos,
  crop2d,
  gelu,
  gradients,
  groupNorm,
  input,
  layerNorm,
  matmul,
  maximum,
  multiply,
  pad2d,
  parameter,
  reduceMean,
  reduceSum,
  sigmoid,
  silu,
  sin,
  slice,
  softmax,
  spaceToDepth,
  subtract,
  type Tensor,
  tanh,
  transpose,
  upsampleNearest,
} from "../../src/graph/index.ts";
import { expectClose, expectDifferences, randomFeeds, run } from "./compare.ts";
import { evaluate } from "./reference/evaluate.ts";

/** Float32 against float64 through up to eight operations, each of which may amplify rounding a little. */
const F32_CHAIN = 5e-5;

const x = input("x", [1, 4, 4, 4]);
const y = input("y", [1, 4, 4, 4]);
const kernel = parameter("kernel", [4, 4, 3, 3]);
const gamma = parameter("gamma", [4]);
const beta = parameter("beta", [4]);
const LEAVES = [x, y, kernel, gamma, beta];

/** Steps that take fields [1, 4, 4, 4] to a field of the same shape, so that any may follow any. */
const STEPS: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  subtract,
  multiply: (a, b) => multiply(a, tanh(b)),
  maximum,
  sin,
  cos,
  tanh,
  sigmoid,
  silu,
  gelu,
  softmax,
  matmul: (a, b) => multiply(0.5, matmul(a, b)),
  transpose: (a) => transpose(a, [0, 2, 3, 1]),
  conv: (a) => multiply(0.2, conv2d(a, kernel, { padding: 1 })),
  "conv down, up": (a) => multiply(0.2, upsampleNearest(conv2d(a, kernel, { padding: 1, stride: 2 }), 2)),
  groupNorm: (a, b) => groupNorm(add(a, b), 2, gamma, beta),
  layerNorm: (a) => layerNorm(add(a, x), gamma, beta),
  "pool, up": (a) => upsampleNearest(averagePool(a, 2), 2),
  "space to depth and back by concat": (a, b) =>
    slice(concat([upsampleNearest(slice(spaceToDepth(a, 2), 1, 4, 8), 2), b], 1), 1, 2, 6),
  "pad, crop": (a) =>
    crop2d(pad2d(a, { top: 2, bottom: 1, left: 1, right: 0 }, "edge"), { top: 1, bottom: 2, left: 0, right: 1 }),
  "minus mean": (a) => subtract(a, reduceMean(a, [2, 3], { keepDims: true })),
  "channel sums": (a, b) => add(a, multiply(0.1, reduceSum(b, [1], { keepDims: true }))),
};

const step = fc.record({ name: fc.constantFrom(...Object.keys(STEPS)), a: fc.nat(99), b: fc.nat(99) });

test("random graphs have the values and gradients that float64 gives them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), fc.nat(1000), async (steps, seed) => {
      const made = [x, y];
      for (const { name, a, b } of steps) made.push(STEPS[name](made[a % made.length], made[b % made.length]));
      const result = made.at(-1)!;
      const loss = reduceMean(multiply(result, sin(result)));
      const outputs = Object.fromEntries([
        ["loss", loss],
        ...gradients(loss, LEAVES).map((gradient, k) => [`d ${LEAVES[k].name}`, gradient] as const),
      ]);
      const feeds = randomFeeds(LEAVES, seed);
      const truth = evaluate(Object.values(outputs), feeds);
      const got = await run(outputs, feeds);
      Object.keys(outputs).forEach((name, k) => {
        expectClose(got[name], truth[k], F32_CHAIN, name);
      });
      LEAVES.forEach((leaf, k) => {
        expectDifferences(loss, feeds, leaf, truth[k + 1], 2);
      });
    }),
    { numRuns: 200, seed: 20180722 },
  );
});
