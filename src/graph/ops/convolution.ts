/**
 * Convolution and its two transposes. Each is linear in both arguments, so the three are one another's derivatives:
 *
 *   y  = C(x, w)     x̄ = I(ȳ, w)    w̄ = W(x, ȳ)
 *   x̄  = I(ȳ, w)     of ȳ: C(·, w)  of w: W(·, ȳ)
 *   w̄  = W(x, ȳ)     of x: I(ȳ, ·)  of ȳ: C(x, ·)
 *
 * How each runs fastest under ONNX Runtime: `convolution-nodes.ts` for C and I, `weight-gradient.ts` for W.
 * @module
 */
import { formatShape, shapeError } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { emitConv, emitConvTranspose, emitTurnedConv, type Geometry } from "./convolution-nodes.ts";
import { reshape } from "./layout.ts";
import { reduceSum } from "./reduction.ts";
import { emitWeightGradient } from "./weight-gradient.ts";

export interface ConvOptions {
  /** [out], added to every cell. */
  readonly bias?: Tensor;
  /** 1 (default) or 2. */
  readonly stride?: 1 | 2;
  /** Rows and columns of zeros on every side, smaller than the kernel; default 0. */
  readonly padding?: number;
}

/**
 * y[n, o, i, j] = bias[o] + Σ x[n, c, i·stride + a − padding, j·stride + b − padding] · weight[o, c, a, b].
 * x [n, in, h, w], weight [out, in, kh, kw] → [n, out, h′, w′].
 * @throws ShapeError when channels disagree or the kernel does not fit.
 */
export function conv2d(x: Tensor, weight: Tensor, { bias, stride = 1, padding = 0 }: ConvOptions = {}): Tensor {
  const shapes = `x ${formatShape(x.shape)}, weight ${formatShape(weight.shape)}`;
  if (x.shape.length !== 4 || weight.shape.length !== 4 || x.shape[1] !== weight.shape[1]) {
    throw shapeError("conv2d", "x [n, in, h, w] and weight [out, in, kh, kw]", shapes);
  }
  const [n, , h, w] = x.shape;
  const [out, , kh, kw] = weight.shape;
  if (
    !(Number.isInteger(padding) && padding >= 0 && padding < kh && padding < kw) ||
    h + 2 * padding < kh ||
    w + 2 * padding < kw
  ) {
    throw shapeError(
      "conv2d",
      "a kernel that fits the padded field, padding below its size",
      `${shapes}, padding ${padding}`,
    );
  }
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    throw shapeError("conv2d", `bias [${out}]`, formatShape(bias.shape));
  }
  const geometry = { stride, padding };
  const shape = [n, out, convolvedLength(h, kh, geometry), convolvedLength(w, kw, geometry)];
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  // What patches were cut from is on the tape too, behind the bias, for models that need not cut it.
  const patches = x.kind === "spaceToDepth" && stride === 1 && bias !== undefined;
  return tensor({
    kind: "conv2d",
    shape,
    inputs: patches ? [...inputs, x.inputs[0]] : inputs,
    attributes: { ...geometry },
    emit: (to, [xName, wName, biasName, name]) => {
      const window = { kernel: [kh, kw], cells: [shape[2], shape[3]], margins: [padding, padding], stride } as const;
      const uncut = patches ? { name, patch: x.attributes["block"] as number } : undefined;
      const [field, kernel] = [
        { name: xName, shape: x.shape },
        { name: wName, shape: weight.shape },
      ];
      return emitConv(to, field, kernel, window, { bias: biasName, uncut });
    },
    derivatives: [
      (upstream) => inputGradient(upstream, weight, x.shape, geometry),
      (upstream) => weightGradient(x, upstream, weight.shape, geometry),
      (upstream) => reduceSum(upstream, [0, 2, 3]),
    ],
  });
}

/**
 * Transposed convolution, the adjoint of `conv2d`: each cell of x paints a weighted kernel, `stride` cells apart.
 * x [n, in, h, w], weight [in, out, kh, kw] → [n, out, (h − 1)·stride + kh − 2·padding, …].
 * @throws ShapeError when channels disagree or nothing would be left
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  { bias, stride = 1, padding = 0 }: ConvOptions = {},
): Tensor {
  const shapes = `x ${formatShape(x.shape)}, weight ${formatShape(weight.shape)}`;
  if (x.shape.length !== 4 || weight.shape.length !== 4 || x.shape[1] !== weight.shape[0]) {
    throw shapeError("convTranspose2d", "x [n, in, h, w] and weight [in, out, kh, kw]", shapes);
  }
  const [n, , h, w] = x.shape;
  const [, out, kh, kw] = weight.shape;
  const shape = [n, out, (h - 1) * stride + kh - 2 * padding, (w - 1) * stride + kw - 2 * padding];
  if (!(Number.isInteger(padding) && padding >= 0 && padding < kh && padding < kw) || shape[2] < 1 || shape[3] < 1) {
    throw shapeError(
      "convTranspose2d",
      "padding below the kernel's size, and something left",
      `${shapes}, padding ${padding}`,
    );
  }
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    throw shapeError("convTranspose2d", `bias [${out}]`, formatShape(bias.shape));
  }
  const painted = inputGradient(x, weight, shape, { stride, padding });
  return bias === undefined ? painted : add(painted, reshape(bias, [1, out, 1, 1]));
}

/** I: the cotangent of x, given that of y. */
function inputGradient(upstream: Tensor, weight: Tensor, shape: readonly number[], geometry: Geometry): Tensor {
  return tensor({
    kind: "convInputGradient",
    shape,
    inputs: [upstream, weight],
    attributes: { ...geometry },
    emit: (to, [y, w]) =>
      geometry.stride === 1
        ? emitTurnedConv(to, { name: y, shape: upstream.shape }, { name: w, shape: weight.shape }, shape, geometry)
        : emitConvTranspose(to, y, w, { from: upstream.shape, to: shape, kernel: weight.shape, geometry }),
    derivatives: [
      (direction) => conv2d(direction, weight, geometry),
      (direction) => weightGradient(direction, upstream, weight.shape, geometry),
    ],
  });
}

/** W: the cotangent of the weight, given x and the cotangent of y. */
function weightGradient(x: Tensor, upstream: Tensor, shape: readonly number[], geometry: Geometry): Tensor {
  return tensor({
    kind: "convWeightGradient",
    shape,
    inputs: [x, upstream],
    attributes: { ...geometry },
    emit: (to, [xName, yName]) =>
      emitWeightGradient(to, { name: xName, shape: x.shape }, { name: yName, shape: upstream.shape }, shape, geometry),
    derivatives: [
      (direction) => inputGradient(upstream, direction, x.shape, geometry),
      (direction) => conv2d(x, direction, geometry),
    ],
  });
}

function convolvedLength(length: number, kernel: number, { stride, padding }: Geometry): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}
