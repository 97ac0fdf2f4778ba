/**
 * Mixed precision: the products that cost most are computed on half-precision (float16) copies of their factors, everything else, sums,
 * norms, losses and weights, in float32. A weight, a field and a cotangent are copied once for all that use them.
 *
 *   y = float32( half(x) · half(w) )
 *
 * Half precision has 11 bits and ends at 65504. WebGPU also sums in it, so what is summed must be short, or of either sign (measured in
 * docs/design/0041): convolutions are, whose kernels have weights of either sign; matrix products up to `LONGEST_SUM` terms; the weight
 * gradient of a convolution, a sum over all cells, never.
 * Source: Micikevicius et al. (2018), Mixed precision training, arXiv:1710.03740.
 * @module
 */
import type { Device } from "./session.ts";
import type { Emitter, Tensor } from "./tensor.ts";

export type Precision = "float32" | "mixed";

/** The mean of 1024 numbers, summed one by one in half precision, is 0.4 % off; of 2048, 2.5 %; of 8192, 25 %. */
const LONGEST_SUM = 1024;

/** Codes of element types, TensorProto.DataType in onnx.proto. */
const FLOAT = 1;
const FLOAT16 = 10;

/** Whether mixed precision computes this tensor in half precision. */
function isHalfPrecision({ kind, inputs, attributes }: Tensor): boolean {
  if (kind === "conv2d" || kind === "convInputGradient") return true;
  return kind === "matmul" && inputs[0].shape.at(attributes["transposeA"] === true ? -2 : -1)! <= LONGEST_SUM;
}

/** Writes one tensor of a model in mixed precision, and names it; what goes in and what comes out is float32. */
export function emitMixed(to: Emitter, device: Device, x: Tensor, inputs: readonly string[]): string {
  if (!isHalfPrecision(x)) return x.emit(to, inputs);
  const rounded = device === "cpu" ? keptApart : (_: Emitter, name: string): string => name;
  const halves = inputs.map((name, k) => rounded(to, to.node("Cast", [name], { to: FLOAT16 }), x.inputs[k]));
  return to.node("Cast", [rounded(to, x.emit(to, halves), x)], { to: FLOAT });
}

/**
 * The CPU has hardly any kernels of half precision: there ONNX Runtime casts to float32 around each node, drops casts that follow each other,
 * and with them the rounding. It does not see through a reshape to the shape a value has.
 */
function keptApart(to: Emitter, name: string, { shape }: Tensor): string {
  return to.node("Reshape", [name, to.integers(shape)]);
}
