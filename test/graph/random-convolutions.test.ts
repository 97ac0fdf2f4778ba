import * as fc from "fast-check";
import { expect, test } from "vitest";
import { conv2d, gradients, input, multiply, parameter, reduceSum } from "../../src/graph/index.ts";
import { DIALECTS, F32, randomFeeds, relativeError, run } from "./compare.ts";
import { evaluate } from "./reference/evaluate.ts";

const side = fc.integer({ min: 1, max: 7 });
const window = fc.record({ kh: fc.integer({ min: 1, max: 5 }), kw: fc.integer({ min: 1, max: 5 }) });
const shapes = fc.record({
  n: fc.constantFrom(1, 2),
  channels: fc.integer({ min: 1, max: 3 }),
  out: fc.integer({ min: 1, max: 3 }),
  rows: side,
  columns: side,
  window,
  padding: fc.nat(4),
  stride: fc.constantFrom(1, 2),
});

test("convolutions of any shape, and their gradients, are what float64 makes of them", async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async ({ n, channels, out, rows, columns, window: { kh, kw }, padding, stride }) => {
      fc.pre(padding < Math.min(kh, kw) && kh <= rows + 2 * padding && kw <= columns + 2 * padding);
      const x = input("x", [n, channels, rows, columns]);
      const weight = parameter("weight", [out, channels, kh, kw]);
      const y = conv2d(x, weight, { padding, stride });
      const upstream = input("upstream", y.shape);
      const [dx, dWeight] = gradients(reduceSum(multiply(y, upstream)), [x, weight]);
      const outputs = { y, dx, dWeight };
      const feeds = randomFeeds([x, weight, upstream]);
      const truth = evaluate(Object.values(outputs), feeds);
      const got = await run(outputs, feeds, DIALECTS[tried++ % DIALECTS.length]);
      for (const [k, name] of Object.keys(outputs).entries()) {
        expect(relativeError(got[name as "y"], truth[k]), name).toBeLessThan(F32);
      }
    }),
    { numRuns: 300, seed: 20180723 },
  );
  expect(tried).toBe(300);
});
