/**
 * How many channels ONNX Runtime keeps side by side on this machine's CPU (`ops/blocked-convolution.ts`).
 * @module
 */
import { DecodeError } from "../core/index.ts";
import { encodeModel } from "../onnx/index.ts";
import { BLOCKS_DOMAIN } from "./ops/blocked-convolution.ts";
import { createSession, type Device } from "./session.ts";

let found: Promise<number> | undefined;

/** 16 with AVX-512, 8 with AVX2; 1 where there are no blocks: on other CPUs and devices. */
export function channelBlockOf(device: Device): Promise<number> {
  if (device !== "cpu") return Promise.resolve(1);
  found ??= probe();
  return found;
}

/** Two cells of 32 channels are reordered: the second cell of the first channel comes behind the first block. */
async function probe(): Promise<number> {
  const shape = [1, 32, 1, 2];
  const value = (name: string) => ({ name, elementType: "float32", shape }) as const;
  const model = encodeModel({
    name: "blocks",
    opsets: { "": 18, [BLOCKS_DOMAIN]: 1 },
    nodes: [{ operator: "ReorderInput", domain: BLOCKS_DOMAIN, inputs: ["x"], outputs: ["y"], attributes: {} }],
    initializers: [],
    inputs: [value("x")],
    outputs: [value("y")],
  });
  try {
    const session = await createSession(model, { threads: 1, quiet: true });
    const { y } = await session.run({ x: new Float32Array(64).fill(1, 1, 2) });
    await session.close();
    return y.indexOf(1);
  } catch (error) {
    // ONNX Runtime has these operators where it has blocks.
    if (error instanceof DecodeError) return 1;
    throw error;
  }
}
