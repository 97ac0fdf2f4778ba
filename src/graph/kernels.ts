/**
 * Kernels that some readers of a model lack. An operation asks for its own by name; where it is not there, the operation writes what it is
 * made of, so that nothing is sent from a GPU to the CPU and back for want of a kernel.
 *
 * Found by opening one model an operator with ONNX Runtime's fallback to the CPU forbidden (ONNX Runtime 1.30); `test/graph/webgpu.test.ts`
 * does so again with all operations.
 * @module
 */
import type { Device } from "./session.ts";

export type OptionalKernel = "FusedMatMul" | "QuickGelu" | "Sign" | "SpaceToDepth";

/** Of the ONNX standard, so any reader has them. */
const STANDARD: ReadonlySet<OptionalKernel> = new Set(["Sign", "SpaceToDepth"]);

const KERNELS: Readonly<Record<Device, ReadonlySet<OptionalKernel>>> = {
  cpu: new Set(["FusedMatMul", "QuickGelu", "Sign", "SpaceToDepth"]),
  cuda: new Set(["FusedMatMul", "QuickGelu", "Sign", "SpaceToDepth"]),
  webgpu: new Set(["QuickGelu"]),
};

/** What a model may use that is to run on this device, or, portable, anywhere. */
export function kernelsFor(device: Device, portable: boolean): ReadonlySet<OptionalKernel> {
  return portable ? STANDARD : KERNELS[device];
}
