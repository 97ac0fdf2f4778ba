import { test } from "vitest";
import { gradients } from "../../src/graph/index.ts";
import { DIALECTS, expectClose, expectDifferences, F32, randomFeeds, run } from "./compare.ts";
import { evaluate } from "./reference/evaluate.ts";
import { smallUnet } from "./small-unet.ts";

const unet = smallUnet({ batch: 2, height: 12, width: 8, channelsIn: 3, channelsOut: 2, block: 2, base: 8 });
const feeds = trainingFeeds();

/** Weights of a plausible size, and a mask that leaves some cells out. */
function trainingFeeds(): Record<string, Float32Array> {
  const all = randomFeeds([...unet.inputs, ...unet.parameters]);
  for (const { name, shape } of unet.parameters) {
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
    all[name!] = all[name!].map((value) => (name!.endsWith("gamma") ? 1 + 0.2 * value : value / Math.sqrt(fanIn)));
  }
  all.mask = all.mask.map((value) => (value > 0 ? 1 : 0));
  return all;
}

test("the gradients of a whole small U-Net equal float64 to 1e-5", async () => {
  const { loss, prediction, parameters, inputs } = unet;
  const wrt = [...parameters, inputs[0]];
  const outputs = Object.fromEntries([
    ["prediction", prediction],
    ["loss", loss],
    ...gradients(loss, wrt).map((gradient, k) => [`d ${wrt[k].name}`, gradient] as const),
  ]);
  const truth = evaluate(Object.values(outputs), feeds);
  for (const dialect of DIALECTS) {
    const got = await run(outputs, feeds, dialect);
    Object.keys(outputs).forEach((name, k) => {
      expectClose(got[name], truth[k], F32, name);
    });
  }
});

test("the gradients of a whole small U-Net equal central differences", () => {
  const { loss, parameters, inputs } = unet;
  const wrt = [...parameters, inputs[0]];
  const truth = evaluate(gradients(loss, wrt), feeds);
  wrt.forEach((leaf, k) => {
    expectDifferences(loss, feeds, leaf, truth[k], 2);
  });
});
