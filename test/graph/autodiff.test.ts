import { describe, expect, test } from "vitest";
import {
  add,
  broadcastTo,
  conv2d,
  gradients,
  greater,
  groupNorm,
  input,
  layerNorm,
  matmul,
  multiply,
  parameter,
  reduceMean,
  reduceSum,
  silu,
  sin,
  softmax,
  square,
  subtract,
  type Tensor,
  where,
} from "../../src/graph/index.ts";
import { checkExpression, run } from "./compare.ts";

describe("gradients", () => {
  test("a tensor used twice gets the sum of both derivatives", async () => {
    const x = input("x", [2]);
    const [dx] = gradients(reduceSum(add(square(x), multiply(3, x))), [x]);
    const got = await run({ dx }, { x: Float32Array.of(1, -2) });
    expect([...got.dx]).toEqual([5, -1]);
  });

  test("a tensor without a path to the loss gets zeros in its shape", async () => {
    const [x, apart] = [input("x", [2]), input("apart", [2, 3])];
    const [dApart] = gradients(reduceSum(x), [apart]);
    expect(dApart.shape).toEqual([2, 3]);
    expect([...(await run({ dApart }, {})).dApart]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("an intermediate tensor has a gradient too", async () => {
    const x = input("x", [2]);
    const middle = sin(x);
    const [dMiddle] = gradients(reduceSum(square(middle)), [middle]);
    const got = await run({ dMiddle }, { x: Float32Array.of(0.5, 2) });
    expect(got.dMiddle[1]).toBeCloseTo(2 * Math.sin(2), 6);
  });

  test("the loss's derivative toward itself is one", async () => {
    const loss = reduceSum(input("x", [3]));
    const [one] = gradients(loss, [loss]);
    expect([...(await run({ one }, {})).one]).toEqual([1]);
  });

  test("a loss that is not a scalar is refused with its shape and the line that asked", () => {
    const x = input("x", [2, 3]);
    expect(() => gradients(x, [x])).toThrow(
      /^gradients at autodiff\.test\.ts:\d+: expected a scalar loss, got \[2, 3\]; reduce it/,
    );
  });

  test("a NaN that `where` replaced before it was used stays out of the gradient", async () => {
    const x = input("x", [2]);
    const safe = square(where(greater(x, 0), x, 0));
    const [dx] = gradients(reduceSum(safe), [x]);
    expect([...(await run({ dx }, { x: Float32Array.of(3, Number.NaN) })).dx]).toEqual([6, 0]);
  });

  test("NaN in a weight reaches the loss and the gradient", async () => {
    const [x, weight] = [input("x", [2, 3]), parameter("weight", [3, 2])];
    const loss = reduceMean(silu(matmul(x, weight)));
    const [dx] = gradients(loss, [x]);
    const got = await run({ loss, dx }, { x: new Float32Array(6), weight: new Float32Array(6).fill(Number.NaN) });
    expect(got.loss[0]).toBeNaN();
    expect(got.dx.every(Number.isNaN)).toBe(true);
  });

  test("a chain of ten thousand operations does not overflow the stack", () => {
    const x = input("x", []);
    let y = x;
    for (let k = 0; k < 10_000; k++) y = sin(y);
    expect(gradients(y, [x])[0].shape).toEqual([]);
  });
});

describe("gradients of gradients", () => {
  const x = input("x", [2, 4, 4, 4]);
  const weight = parameter("weight", [4, 4, 3, 3]);
  const gamma = parameter("gamma", [4]);
  const beta = parameter("beta", [4]);
  const expressions = {
    "conv2d, stride 1": conv2d(x, weight, { padding: 1 }),
    "conv2d, stride 2": conv2d(x, weight, { padding: 1, stride: 2 }),
    groupNorm: groupNorm(x, 2, gamma, beta),
    layerNorm: layerNorm(x, gamma, beta),
    softmax: softmax(x),
    silu: silu(x),
  };
  test.each(Object.entries(expressions))("%s", async (_, y) => {
    const leaves = [x, weight, gamma, beta];
    const first = gradients(reduceSum(sin(y)), leaves).filter((_gradient, k) => dependsOn(y, leaves[k].name!));
    const used = leaves.filter((leaf) => dependsOn(y, leaf.name!));
    const scalar = first.map((gradient) => reduceSum(square(gradient))).reduce(add);
    await checkExpression(broadcastTo(subtract(scalar, 1), [2]), used);
  });
});

function dependsOn(y: Tensor, name: string): boolean {
  return y.name === name || y.inputs.some((source) => dependsOn(source, name));
}
