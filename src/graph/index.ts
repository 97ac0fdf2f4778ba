/** Symbolic tensors, their derivatives, and the ONNX models made of them. @module */

// Losses and gradients
export type { GradientOptions } from "./autodiff.ts";
export { gradients } from "./autodiff.ts";
export { channelBlockOf } from "./channel-block.ts";
export { chooseDevice, DEVICE_CHOICES, type DeviceChoice, devicesOfHalfPrecision } from "./devices.ts";
export type { EmissionRequest } from "./emit.ts";
// Models and their execution
export { emitModel } from "./emit.ts";
export type { Precision } from "./half-precision.ts";
export { meanAbsoluteError, meanSquaredError, spectralError } from "./losses.ts";
export { cos, dropout, erf, exp, gelu, log, sigmoid, silu, sin, tanh } from "./ops/activation.ts";
export type { Operand } from "./ops/arithmetic.ts";
// Operations
export {
  abs,
  add,
  divide,
  maximum,
  minimum,
  multiply,
  negate,
  power,
  sqrt,
  square,
  subtract,
} from "./ops/arithmetic.ts";
export { checkpoint } from "./ops/checkpoint.ts";
export { greater, sign, where } from "./ops/comparison.ts";
export type { ConvOptions } from "./ops/convolution.ts";
export { conv2d, convTranspose2d } from "./ops/convolution.ts";
export type { Margins, PadMode } from "./ops/layout.ts";
export { broadcastTo, concat, crop2d, pad, pad2d, reshape, slice, transpose } from "./ops/layout.ts";
export type { MatmulOptions } from "./ops/matrix.ts";
export { linear, matmul, softmax } from "./ops/matrix.ts";
export { groupNorm, layerNorm } from "./ops/normalization.ts";
export type { ReduceOptions } from "./ops/reduction.ts";
export { reduceMean, reduceSum } from "./ops/reduction.ts";
export { averagePool, depthToSpace, spaceToDepth, upsampleBilinear, upsampleNearest } from "./ops/resampling.ts";
export type { Recomputation } from "./recompute.ts";
export type { Device, Held, Resident, Session, SessionOptions } from "./session.ts";
export { createSession } from "./session.ts";
export type { DType, Tensor } from "./tensor.ts";
// Leaves
export { constant, input, parameter } from "./tensor.ts";
