import { describe, expect, test } from "vitest";
import {
  channelBlockOf,
  conv2d,
  createSession,
  emitModel,
  exp,
  gelu,
  gradients,
  input,
  linear,
  log,
  multiply,
  parameter,
  reduceSum,
  silu,
  softmax,
  spaceToDepth,
  square,
  type Tensor,
  tanh,
} from "../../src/graph/index.ts";
import { randomFeeds } from "./compare.ts";
import { smallUnet } from "./small-unet.ts";

const THREADS = [1, 2, 2, 4];

/** Runs twice for each number of threads, and wants the same bytes every time. */
async function expectSameBytes(
  model: Uint8Array,
  feeds: Readonly<Record<string, Float32Array>>,
  threadCounts: readonly number[] = THREADS,
): Promise<void> {
  let first: Record<string, Float32Array> | undefined;
  for (const threads of threadCounts) {
    const session = await createSession(model, { threads });
    const needed = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
    for (let repeat = 0; repeat < 2; repeat++) {
      const results = await session.run(needed);
      first ??= results;
      for (const [name, values] of Object.entries(results)) {
        expect(Buffer.compare(bytes(values), bytes(first[name])), `${name} with ${threads} threads`).toBe(0);
      }
    }
    await session.close();
  }
}

function bytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function withGradients(y: Tensor, leaves: readonly Tensor[]): Record<string, Tensor> {
  const loss = reduceSum(square(y));
  const derivatives = gradients(loss, leaves).map((d, k) => [`d ${leaves[k].name}`, d] as const);
  return { y, loss, ...Object.fromEntries(derivatives) };
}

describe("the same bytes with one, two and four threads", () => {
  /** n, in, out, height, width, kernel, stride: the demo's levels, and shapes where ONNX Runtime's blocking is delicate. */
  const CONVOLUTIONS = [
    [4, 32, 32, 48, 64, 3, 1],
    [4, 32, 64, 48, 64, 3, 2],
    [1, 14, 32, 48, 64, 3, 1],
    [1, 64, 64, 12, 16, 3, 1],
    [1, 64, 64, 43, 79, 3, 1],
    [2, 64, 128, 24, 32, 3, 2],
    [1, 32, 32, 8, 10, 3, 1],
    [1, 64, 64, 9, 11, 3, 1],
    [1, 33, 31, 43, 79, 3, 1],
    [1, 32, 7, 48, 64, 1, 1],
    [1, 256, 64, 10, 12, 1, 1],
    [2, 64, 64, 6, 8, 3, 1],
  ];
  test.each(CONVOLUTIONS)("convolution %i x %i->%i on %ix%i, kernel %i, stride %i", async (...numbers) => {
    const [n, channels, out, h, w, kernel, stride] = numbers;
    const x = input("x", [n, channels, h, w]);
    const weight = parameter("weight", [out, channels, kernel, kernel]);
    const y = conv2d(x, weight, { padding: (kernel - 1) / 2, stride: stride as 1 | 2 });
    const feeds = randomFeeds([x, weight]);
    const channelBlock = await channelBlockOf("cpu");
    await expectSameBytes(emitModel({ outputs: withGradients(y, [x, weight]), channelBlock }), feeds);
    // As in a forecast: weights known, the blocked layout.
    const weights = new Map([["weight", feeds.weight]]);
    await expectSameBytes(emitModel({ outputs: { y }, weights, portable: true }), feeds);
  });

  test.each([
    [16, 20],
    [48, 64],
  ])("a convolution of patches of %i x %i cells whose weights are known", async (h, w) => {
    const x = input("x", [1, 7, 4 * h, 4 * w]);
    const [weight, bias] = [parameter("weight", [32, 112, 3, 3]), parameter("bias", [32])];
    const y = conv2d(spaceToDepth(x, 4), weight, { padding: 1, bias });
    const feeds = randomFeeds([x, weight, bias]);
    const weights = new Map(["weight", "bias"].map((name) => [name, feeds[name]]));
    await expectSameBytes(emitModel({ outputs: { y }, weights, portable: true }), feeds);
  });

  test.each([
    [1, 256, 512],
    [4, 256, 257],
    [8, 128, 256],
    [768, 64, 64],
  ])("linear on [%i, %i] to %i", async (rows, features, out) => {
    const leaves = [input("x", [rows, features]), parameter("weight", [out, features])];
    const y = linear(leaves[0], leaves[1]);
    await expectSameBytes(emitModel({ outputs: withGradients(y, leaves) }), randomFeeds(leaves));
  });

  test.each([50_001, 97_867])("elementwise functions of %i numbers", async (length) => {
    const x = input("x", [length]);
    const outputs = {
      log: log(square(x)),
      exp: exp(x),
      tanh: tanh(x),
      silu: silu(x),
      gelu: gelu(x),
      softmax: softmax(x),
    };
    await expectSameBytes(emitModel({ outputs }), randomFeeds([x]));
  });

  test.each([1, 4])("a whole small U-Net and its gradients, batch %i", async (batch) => {
    const unet = smallUnet({ batch, height: 24, width: 40, channelsIn: 14, channelsOut: 7, block: 1, base: 16 });
    const derivatives = gradients(unet.loss, unet.parameters);
    const outputs = Object.fromEntries(derivatives.map((d, k) => [`d ${unet.parameters[k].name}`, d] as const));
    const feeds = randomFeeds([...unet.inputs, ...unet.parameters]);
    await expectSameBytes(emitModel({ outputs: { ...outputs, loss: unet.loss } }), feeds);
    const weights = new Map(unet.parameters.map(({ name }) => [name!, feeds[name!]]));
    const forecast = emitModel({ outputs: { y: multiply(unet.prediction, 1) }, weights, portable: true });
    await expectSameBytes(forecast, feeds);
  });
});
