/**
 * Which device does the arithmetic. A device is there when a model of one addition opens on it: drivers that are listed but broken are not.
 * It has half precision when a convolution in it runs.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { emitModel } from "./emit.ts";
import { add } from "./ops/arithmetic.ts";
import { conv2d } from "./ops/convolution.ts";
import { createSession, DEVICES, type Device } from "./session.ts";
import { input } from "./tensor.ts";

export const DEVICE_CHOICES: readonly ["auto", ...typeof DEVICES] = ["auto", ...DEVICES];
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** The quickest first. */
const PREFERENCE: readonly Device[] = ["cuda", "webgpu", "cpu"];

/**
 * The device a choice means on this machine; `auto` takes CUDA before WebGPU before the CPU.
 * @throws RequestError for a device that is not there, naming those that are
 */
export async function chooseDevice(choice: DeviceChoice): Promise<Device> {
  if (choice === "auto") {
    for (const device of PREFERENCE) if (await isThere(device)) return device;
  } else if (await isThere(choice)) return choice;
  const found: Device[] = [];
  for (const device of DEVICES) if (device !== choice && (await isThere(device))) found.push(device);
  throw new RequestError({
    place: `--device ${choice}`,
    expected: "a device of this machine",
    got: `only ${found.join(", ")}`,
    remedy:
      choice === "cuda" ? "install ONNX Runtime's CUDA libraries (docs/design/0042), or use another" : "use another",
  });
}

/** The devices of this machine that compute in half precision. Never the CPU: ONNX Runtime casts to float32 and back there. */
export async function devicesOfHalfPrecision(): Promise<Device[]> {
  const found: Device[] = [];
  for (const device of DEVICES) if (device !== "cpu" && (await convolvesInHalf(device))) found.push(device);
  return found;
}

/** WebGPU opens such a model anywhere, and fails to run it where shader-f16 is missing. */
async function convolvesInHalf(device: Device): Promise<boolean> {
  if (!(await isThere(device))) return false;
  const y = conv2d(input("x", [1, 1, 1, 1]), input("w", [1, 1, 1, 1]));
  const model = emitModel({ outputs: { y }, device, precision: "mixed" });
  const session = await createSession(model, { device, quiet: true });
  try {
    await session.run({ x: Float32Array.of(2), w: Float32Array.of(3) });
    return true;
  } catch {
    return false;
  } finally {
    await session.close();
  }
}

async function isThere(device: Device): Promise<boolean> {
  if (device === "cpu") return true;
  try {
    const session = await createSession(emitModel({ outputs: { sum: add(input("a", [1]), 1) } }), { device });
    await session.close();
    return true;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}
