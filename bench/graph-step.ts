/**
 * How fast the engine is here: a 3 × 3 convolution's arithmetic rate, and one training step of a little U-Net against its
 * forward pass. Absolute times are for the reader; nothing passes or fails by them.
 *
 *   npx tsx bench/graph-step.ts [threads]
 * @module
 */
import { normals } from "../src/core/index.ts";
import { conv2d, createSession, emitModel, gradients, input, parameter, type Tensor } from "../src/graph/index.ts";
import { sizeOf } from "../test/graph/reference/evaluate.ts";
import { smallUnet } from "../test/graph/small-unet.ts";

const REPEATS = 15;
const threads = Number(process.argv[2] ?? 2);

/** Fastest and median time of a run, milliseconds, after two to warm up. */
async function time(model: Uint8Array, leaves: readonly Tensor[]): Promise<{ fastest: number; median: number }> {
  const session = await createSession(model, { threads });
  const feeds = Object.fromEntries(
    leaves
      .filter(({ name }) => session.inputNames.includes(name!))
      .map(({ name, shape }) => [name!, normals({ seed: 1, purpose: name! }, sizeOf(shape)).map((v) => 0.1 * v)]),
  );
  const times: number[] = [];
  for (let run = -2; run < REPEATS; run++) {
    const start = performance.now();
    await session.run(feeds);
    if (run >= 0) times.push(performance.now() - start);
  }
  await session.close();
  times.sort((a, b) => a - b);
  return { fastest: times[0], median: times[REPEATS >> 1] };
}

function print(what: string, { fastest, median }: { fastest: number; median: number }, rate = ""): void {
  process.stdout.write(`${what.padEnd(58)} ${fastest.toFixed(1)} ms (median ${median.toFixed(1)})${rate}\n`);
}

for (const [n, channels, h, w] of [
  [4, 32, 48, 64],
  [4, 64, 24, 32],
  [1, 64, 264, 448],
  [1, 128, 132, 224],
]) {
  const x = input("x", [n, channels, h, w]);
  const weight = parameter("weight", [channels, channels, 3, 3]);
  const y = conv2d(x, weight, { padding: 1 });
  const taken = await time(emitModel({ outputs: { y } }), [x, weight]);
  const rate = (2 * 9 * channels ** 2 * n * h * w) / taken.fastest / 1e6;
  print(`3x3 convolution, ${n} x ${channels} channels on ${h}x${w}`, taken, `, ${rate.toFixed(0)} GFLOP/s`);
}

for (const batch of [1, 4]) {
  const unet = smallUnet({ batch, height: 48, width: 64, channelsIn: 14, channelsOut: 7, block: 1, base: 32 });
  const leaves = [...unet.inputs, ...unet.parameters];
  const derivatives = gradients(unet.loss, unet.parameters).map((d, k) => [`d${k}`, d] as const);
  const weights = new Map(
    unet.parameters.map(({ name, shape }) => [name!, new Float32Array(sizeOf(shape)).fill(0.01)]),
  );
  const name = `U-Net 14->32->64->32->7 on 48x64, batch ${batch}:`;
  print(
    `${name} step`,
    await time(emitModel({ outputs: { loss: unet.loss, ...Object.fromEntries(derivatives) } }), leaves),
  );
  print(`${name} forward`, await time(emitModel({ outputs: { y: unet.prediction } }), leaves));
  const bound = emitModel({ outputs: { y: unet.prediction }, weights, portable: true });
  print(`${name} forward, weights bound`, await time(bound, leaves));
}
