import { expect, test } from "vitest";
import {
  add,
  conv2d,
  gradients,
  input,
  multiply,
  pad2d,
  parameter,
  reduceSum,
  slice,
  type Tensor,
} from "../../src/graph/index.ts";
import { randomFeeds, run } from "./compare.ts";

/** More numbers than one band of a weight gradient takes, so that two bands of rows are summed. */
const [ROWS, COLUMNS] = [1700, 1700];

test("the weight gradient of a field too large for one band is that of its halves together", async () => {
  const [x, upstream] = [input("x", [1, 2, ROWS, COLUMNS]), input("upstream", [1, 2, ROWS, COLUMNS])];
  const weight = parameter("weight", [2, 2, 3, 3]);
  const whole = reduceSum(multiply(conv2d(x, weight, { padding: 1 }), upstream));
  const padded = pad2d(x, { top: 1, bottom: 1, left: 1, right: 1 }, "zero");
  const half = (from: number, until: number): Tensor =>
    reduceSum(multiply(conv2d(slice(padded, 2, from, until + 2), weight), slice(upstream, 2, from, until)));
  const halves = add(half(0, 800), half(800, ROWS));
  const [[dWhole], [dHalves]] = [gradients(whole, [weight]), gradients(halves, [weight])];
  const got = await run({ dWhole, dHalves }, randomFeeds([x, upstream, weight]));
  const difference = Math.max(...got.dWhole.map((value, i) => Math.abs(value - got.dHalves[i])));
  expect(difference).toBeLessThan(2e-5 * Math.max(...got.dHalves.map(Math.abs)));
  expect(got.dWhole).not.toEqual(got.dHalves); // summed in another order: the bands were not the halves
});
