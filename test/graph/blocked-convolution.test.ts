import { describe, expect, test } from "vitest";
import {
  channelBlockOf,
  conv2d,
  emitModel,
  gradients,
  input,
  parameter,
  reduceSum,
  square,
} from "../../src/graph/index.ts";
import { F32, randomFeeds, relativeError, run } from "./compare.ts";

const channelBlock = await channelBlockOf("cpu");
if (channelBlock === 1)
  process.stderr.write("SKIPPED for want of blocks of channels on this CPU: blocked convolutions\n");

describe.skipIf(channelBlock === 1)("convolutions of channels in blocks", () => {
  test.each([
    { n: 1, channels: 64, out: 128, stride: 1 },
    { n: 2, channels: 64, out: 64, stride: 2 },
    { n: 1, channels: 112, out: 64, stride: 1 },
  ] as const)(
    "$n x $channels to $out, stride $stride, give what others give, and so do their gradients",
    async (sizes) => {
      const { n, channels, out, stride } = sizes;
      const x = input("x", [n, channels, 20, 24]);
      const [weight, bias] = [parameter("weight", [out, channels, 3, 3]), parameter("bias", [out])];
      const y = conv2d(x, weight, { padding: 1, stride, bias });
      const [dx, dWeight] = gradients(reduceSum(square(y)), [x, weight]);
      const outputs = { y, dx, dWeight };
      const inBlocks = Buffer.from(emitModel({ outputs, channelBlock }))
        .toString("latin1")
        .split("ReorderInput").length;
      expect(inBlocks).toBeGreaterThan(1);
      const feeds = randomFeeds([x, weight, bias]);
      const [blocked, plain] = [await run(outputs, feeds, { channelBlock }), await run(outputs, feeds)];
      for (const name of Object.keys(outputs)) {
        expect(relativeError(blocked[name], plain[name]), name).toBeLessThan(F32);
      }
    },
  );

  test.each([
    [32, 32],
    [68, 64],
    [64, 68],
  ])("%i channels to %i are left as they are: few, or a block would not be full", (channels, out) => {
    const x = input("x", [1, channels, 20, 24]);
    const y = conv2d(x, parameter("weight", [out, channels, 3, 3]), { padding: 1 });
    expect(Buffer.from(emitModel({ outputs: { y }, channelBlock: 16 })).toString("latin1")).not.toContain("Reorder");
  });
});
