import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  abs,
  add,
  averagePool,
  broadcastTo,
  checkpoint,
  concat,
  conv2d,
  cos,
  createSession,
  depthToSpace,
  divide,
  emitModel,
  erf,
  exp,
  gradients,
  greater,
  groupNorm,
  input,
  log,
  matmul,
  maximum,
  minimum,
  multiply,
  negate,
  pad2d,
  parameter,
  power,
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
import { describeWithWebgpu, openOnWebgpuAlone } from "../webgpu.ts";
import { expectClose, randomFeeds, run } from "./compare.ts";
import { evaluate } from "./reference/evaluate.ts";

/** WGSL promises sin and cos to 2⁻¹¹ only, exp to a few units in the last place; SwiftShader's sin errs by 2e-4. */
const WGSL = 2 ** -11;

const x = input("x", [2, 4, 6, 4]);
const kernel = parameter("kernel", [4, 4, 3, 3]);
const gamma = parameter("gamma", [4]);
const beta = parameter("beta", [4]);
const LEAVES = [x, kernel, gamma, beta];

/** Every operation there is, most on a field that is nowhere near a kink or a pole. */
function everyOperation(): Record<string, Tensor> {
  const positive = add(square(x), 0.5);
  const edges = { top: 1, bottom: 0, left: 2, right: 1 };
  return {
    arithmetic: divide(subtract(multiply(x, 2), negate(x)), positive),
    extrema: minimum(maximum(x, -1), multiply(0.5, x)),
    powers: add(power(positive, 1.5), sqrt(positive)),
    logarithm: add(log(positive), exp(multiply(0.5, x))),
    trigonometry: add(sin(x), cos(x)),
    bends: add(add(tanh(x), sigmoid(x)), add(silu(x), erf(x))),
    chosen: multiply(abs(x), where(greater(x, 0), x, 3)),
    attention: softmax(matmul(x, x, { transposeB: true })),
    products: matmul(transpose(x, [0, 1, 3, 2]), matmul(x, x, { transposeA: true }), { transposeA: true }),
    norm: checkpoint(groupNorm(x, 2, gamma, beta)),
    convolution: conv2d(x, kernel, { padding: 1, bias: beta }),
    halved: conv2d(checkpoint(x), kernel, { padding: 1, stride: 2 }),
    depth: spaceToDepth(pad2d(x, { ...edges, bottom: 1, right: 2 }, "edge"), 4),
    space: depthToSpace(pad2d(x, edges, "zero"), 2),
    resampled: add(upsampleNearest(averagePool(x, 2), 2), broadcastTo(reshape(gamma, [4, 1, 1]), x.shape)),
    joined: concat([slice(x, 1, 1, 3), reduceSum(x, [1], { keepDims: true })], 1),
  };
}

/** And their gradients, with recomputation, which brings the operations that make the backward pass wait. */
function everything(): Record<string, Tensor> {
  const values = everyOperation();
  const sum = Object.values(values)
    .map((y) => reduceSum(y))
    .reduce((total, y) => add(total, y));
  const derivatives = gradients(sum, LEAVES, { recompute: "activations" });
  return { ...values, ...Object.fromEntries(derivatives.map((d, k) => [`d ${LEAVES[k].name}`, d])) };
}

function kindsIn(results: readonly Tensor[]): Set<string> {
  const seen = new Set(results);
  for (const y of seen) for (const source of y.inputs) seen.add(source);
  return new Set([...seen].filter(({ inputs }) => inputs.length > 0).map(({ kind }) => kind));
}

/** As the sources say. */
function allKinds(): Set<string> {
  const folder = join(import.meta.dirname, "../../src/graph/ops");
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const stated = text.join("\n").matchAll(/\b(?:kind: |unary\(|binary\()"(\w+)"/g);
  return new Set([...stated].map(([, kind]) => kind));
}

it("the list of operations is whole", () => {
  expect([...kindsIn(Object.values(everything()))].sort()).toEqual([...allKinds()].sort());
});

it("a sign of NaN is NaN where there is no kernel for it", async () => {
  const feeds = { x: new Float32Array(192).fill(Number.NaN, 0, 1).fill(-3, 1, 2).fill(5, 2, 3) };
  const { d } = await run({ d: gradients(reduceSum(abs(x)), [x])[0] }, feeds, { device: "webgpu" });
  expect(d.slice(0, 4)).toEqual(Float32Array.of(Number.NaN, -1, 1, 0));
});

await describeWithWebgpu("every operation and its derivatives on WebGPU", () => {
  it("has its kernels there: nothing is left to the CPU", async () => {
    await openOnWebgpuAlone(emitModel({ outputs: everything(), device: "webgpu" }));
    // Or it would not have been asked.
    const forTheCpu = emitModel({ outputs: everything() });
    await expect(openOnWebgpuAlone(forTheCpu)).rejects.toThrow("fallback to CPU EP has been explicitly disabled");
  }, 60_000);

  it("is what float64 makes of it", async () => {
    const outputs = everything();
    const feeds = randomFeeds(LEAVES);
    const session = await createSession(emitModel({ outputs, device: "webgpu" }), { device: "webgpu" });
    const got = await session.run(feeds);
    await session.close();
    const truth = evaluate(Object.values(outputs), feeds);
    Object.keys(outputs).forEach((name, k) => {
      expectClose(got[name], truth[k], WGSL, name);
    });
  }, 120_000);
});
