import { describe, expect, test } from "vitest";
import { emitMixed } from "../../src/graph/half-precision.ts";
import {
  conv2d,
  convTranspose2d,
  type Device,
  emitModel,
  gradients,
  input,
  matmul,
  multiply,
  parameter,
  type Recomputation,
  reduceSum,
  softmax,
  square,
  type Tensor,
} from "../../src/graph/index.ts";
import { kernelsFor } from "../../src/graph/kernels.ts";
import { topologicalOrder } from "../../src/graph/tape.ts";
import { randomFeeds, relativeError, run } from "./compare.ts";
import { smallUnet } from "./small-unet.ts";

/** Of a number of 11 bits. */
const HALF = 2 ** -11;
/**
 * A gradient of the small U-Net goes through about ten convolutions there and back, each of which rounds two factors and a result by up to
 * half of 2⁻¹¹: √60 / 2 of it if they know nothing of each other, and twice that for the worst of many numbers.
 */
const TOLERANCE = 8 * HALF;

const unet = smallUnet({ batch: 2, height: 12, width: 8, channelsIn: 3, channelsOut: 2, block: 2, base: 8 });

function unetOutputs(recompute?: Recomputation): Record<string, Tensor> {
  const derivatives = gradients(unet.loss, unet.parameters, recompute && { recompute });
  const named = derivatives.map((d, k) => [`d ${unet.parameters[k].name}`, d] as const);
  return { prediction: unet.prediction, ...Object.fromEntries(named) };
}

function unetFeeds(): Record<string, Float32Array> {
  const feeds = randomFeeds([...unet.inputs, ...unet.parameters]);
  for (const { name, shape } of unet.parameters) {
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
    feeds[name!] = feeds[name!].map((value) => (name!.endsWith("gamma") ? 1 + 0.2 * value : value / Math.sqrt(fanIn)));
  }
  return { ...feeds, mask: feeds.mask.map((value) => (value > 0 ? 1 : 0)) };
}

interface WrittenNode {
  readonly kind: string;
  readonly operator: string;
  /** Whether each input that is no list of integers is half precision. */
  readonly halves: readonly boolean[];
}

/** What mixed precision writes for everything `results` are made of, in order. */
function written(results: readonly Tensor[], device: Device): WrittenNode[] {
  const nodes: WrittenNode[] = [];
  const half = new Map<string, boolean>();
  const kernels = kernelsFor(device, false);
  const names = new Map<Tensor, string>();
  const made = (isHalf: boolean): string => {
    const name = `//${half.size}`;
    half.set(name, isHalf);
    return name;
  };
  for (const x of topologicalOrder(results)) {
    const emitter = {
      has: (kernel: Parameters<typeof kernels.has>[0]) => kernels.has(kernel),
      carries: () => false,
      channelBlock: 1,
      node: (operator: string, inputs: readonly string[], attributes: Readonly<Record<string, unknown>> = {}) => {
        const halves = inputs.flatMap((name) => half.get(name) ?? []);
        nodes.push({ kind: x.kind, operator, halves });
        return made(operator === "Cast" ? attributes["to"] === 10 : halves.some(Boolean));
      },
      integers: () => "integers",
      floats: () => made(false),
    };
    const inputs = x.inputs.map((source) => names.get(source)!);
    names.set(x, x.name === undefined ? emitMixed(emitter, device, x, inputs) : made(false));
  }
  return nodes;
}

describe("mixed precision", () => {
  test.each([undefined, "activations", "blocks"] as const)(
    "gives the gradients of a U-Net to the rounding of half precision, and not better, recomputing %s",
    async (recompute) => {
      const outputs = unetOutputs(recompute);
      const feeds = unetFeeds();
      const [exact, mixed] = [await run(outputs, feeds), await run(outputs, feeds, { precision: "mixed" })];
      for (const [name, values] of Object.entries(exact)) {
        const error = relativeError(mixed[name], values);
        expect(error, name).toBeLessThan(TOLERANCE);
        expect(error, name).toBeGreaterThan(HALF / 16);
      }
    },
  );

  test.each(["cpu", "webgpu"] as const)(
    "writes every product that costs in half precision, and nothing else, for %s",
    (device) => {
      const [x, weight] = [input("x", [2, 4, 6, 6]), parameter("weight", [4, 4, 3, 3])];
      const [a, b] = [input("a", [2, 5, 6]), input("b", [2, 5, 6])];
      const parts = [
        conv2d(x, weight, { padding: 1, bias: parameter("bias", [4]) }),
        conv2d(x, weight, { padding: 1, stride: 2 }),
        convTranspose2d(x, weight, { padding: 1, stride: 2 }),
        matmul(softmax(matmul(a, b, { transposeB: true })), b),
      ].map((y) => reduceSum(square(y)));
      const loss = parts.reduce((sum, part) => multiply(sum, part));
      const nodes = written([...gradients(loss, [x, weight, a, b]), ...Object.values(unetOutputs())], device);

      const products = new Set(["Conv", "ConvTranspose", "MatMul", "FusedMatMul"]);
      const inHalf = new Set<string>();
      for (const { kind, operator, halves } of nodes) {
        const isHeavy = ["conv2d", "convInputGradient", "matmul"].includes(kind);
        if (products.has(operator)) {
          expect(halves, `${operator} of ${kind}`).toEqual(halves.map(() => isHeavy));
          if (isHeavy) inHalf.add(`${kind} by ${operator.replace("Fused", "")}`);
        } else if (!isHeavy) {
          expect(halves, `${operator} of ${kind}`).not.toContain(true);
        }
      }
      expect([...inHalf].sort()).toEqual([
        "conv2d by Conv",
        "convInputGradient by Conv",
        "convInputGradient by ConvTranspose",
        "matmul by MatMul",
      ]);
      expect(nodes.some(({ kind, operator }) => kind === "convWeightGradient" && /MatMul/.test(operator))).toBe(true);
    },
  );

  test("copies a field, a weight and a cotangent once for all that use them", () => {
    const [x, weight] = [input("x", [2, 4, 6, 6]), parameter("weight", [4, 4, 3, 3])];
    const y = conv2d(x, weight, { padding: 1 });
    const [dx, dWeight] = gradients(reduceSum(square(y)), [x, weight]);
    const model = Buffer.from(emitModel({ outputs: { y, dx, dWeight }, device: "webgpu", precision: "mixed" }));
    // x, the weight and ȳ to half; y and x̄ from it. "\x22\x04Cast" is the field op_type of a node.
    expect(model.toString("latin1").split("\x22\x04Cast").length - 1).toBe(5);
  });

  test.each([
    [1024, HALF],
    [1025, 0],
  ])("a sum of %i products errs by %f", async (terms, least) => {
    const [a, b] = [input("a", [2, terms]), input("b", [terms, 2])];
    const y = matmul(a, b);
    const feeds = randomFeeds([a, b]);
    const [exact, mixed] = [await run({ y }, feeds), await run({ y }, feeds, { precision: "mixed" })];
    const error = relativeError(mixed.y, exact.y);
    if (least === 0) expect(error).toBe(0);
    else expect(error).toBeGreaterThan(least / 16);
  });

  test("what is beyond 65504 is infinite, what is below 2⁻²⁵ is nothing, NaN is NaN", async () => {
    const [a, b] = [input("a", [3, 1]), input("b", [1, 1])];
    const feeds = { a: Float32Array.of(65536, 2 ** -26, Number.NaN), b: Float32Array.of(1) };
    const { y } = await run({ y: matmul(a, b) }, feeds, { precision: "mixed" });
    expect([...y]).toEqual([Number.POSITIVE_INFINITY, 0, Number.NaN]);
  });

  test("float32 is what nobody asks for", () => {
    const outputs = unetOutputs();
    expect(emitModel({ outputs, precision: "float32" })).toEqual(emitModel({ outputs }));
  });
});
