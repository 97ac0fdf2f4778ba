import { expect, test } from "vitest";
import {
  add,
  divide,
  input,
  minimum,
  multiply,
  parameter,
  reduceSum,
  sqrt,
  square,
  subtract,
} from "../../src/graph/index.ts";
import { run } from "./compare.ts";

/** Loshchilov & Hutter (2019), arXiv:1711.05101, with the gradient scaled to a norm of at most `clip`; and an EMA. */
test("an AdamW step with clip and EMA can be written in the graph, its scalars fed", async () => {
  const p = parameter("p", [3]);
  const [g, m, v, ema] = ["g", "m", "v", "ema"].map((name) => input(name, [3]));
  const [learningRate, decay, clip, correction1, correction2, emaRate] = [
    "learningRate",
    "decay",
    "clip",
    "correction1",
    "correction2",
    "emaRate",
  ].map((name) => input(name, []));
  const norm = sqrt(reduceSum(square(g)));
  const clipped = multiply(g, minimum(1, divide(clip, norm)));
  const m1 = add(multiply(0.9, m), multiply(0.1, clipped));
  const v1 = add(multiply(0.999, v), multiply(0.001, square(clipped)));
  const direction = divide(divide(m1, correction1), add(sqrt(divide(v1, correction2)), 1e-8));
  const next = subtract(p, multiply(learningRate, add(direction, multiply(decay, p))));
  const ema1 = add(ema, multiply(emaRate, subtract(next, ema)));
  const got = await run(
    { change: subtract(next, p), ema1, norm },
    {
      p: Float32Array.of(1, 2, 3),
      g: Float32Array.of(0, 2, 4),
      m: new Float32Array(3),
      v: new Float32Array(3),
      ema: Float32Array.of(1, 2, 3),
      learningRate: Float32Array.of(1e-3),
      decay: Float32Array.of(1e-4),
      clip: Float32Array.of(100),
      correction1: Float32Array.of(0.1),
      correction2: Float32Array.of(0.001),
      emaRate: Float32Array.of(0.5),
    },
  );
  // By hand: lr (g/(|g| + eps) + wd p). A parameter near 3 is stored to 2.4e-7.
  [-1e-7, -1.0002e-3, -1.0003e-3].forEach((change, k) => {
    expect(Math.abs(got.change[k] - change)).toBeLessThan(2.4e-7);
  });
  expect(got.norm[0]).toBeCloseTo(Math.sqrt(20), 5);
  expect(got.ema1[2]).toBeCloseTo(3 - 0.50015e-3, 6);
});
