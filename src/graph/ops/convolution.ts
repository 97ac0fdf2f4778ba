/**
 * Convolution and its two transposes. Each is linear in both arguments, so the three are one another's derivatives:
 *
 *   y  = C(x, w)     x̄ = I(ȳ, w)    w̄ = W(x, ȳ)
 *   x̄  = I(ȳ, w)     of ȳ: C(·, w)  of w: W(·, ȳ)
 *   w̄  = W(x, ȳ)     of x: I(ȳ, ·)  of ȳ: C(x, ·)
 *
 * How each runs fastest under ONNX Runtime (docs/design/0001):
 *   I, stride 1   a Conv with the kernel turned by 180° and its channel axes exchanged: as fast as forward
 *   I, stride 2   a ConvTranspose
 *   W             one matrix product over all cells for each tap of the kernel, on shifted copies of x
 * @module
 */
import { formatShape, shapeError } from "../shape.ts";
import { type Emitter, type Tensor, tensor } from "../tensor.ts";
import { emitMatmul } from "./matrix.ts";
import { reduceSum } from "./reduction.ts";

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
  return tensor({
    kind: "conv2d",
    shape,
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    attributes: { ...geometry },
    emit: (to, inputs) => to.node("Conv", inputs, convAttributes([kh, kw], [padding, padding], stride)),
    derivatives: [
      (upstream) => inputGradient(upstream, weight, x.shape, geometry),
      (upstream) => weightGradient(x, upstream, weight.shape, geometry),
      (upstream) => reduceSum(upstream, [0, 2, 3]),
    ],
  });
}

interface Geometry {
  readonly stride: 1 | 2;
  readonly padding: number;
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
        ? emitTurnedConv(to, y, w, weight.shape, geometry.padding)
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
      emitShiftedProducts(to, { name: xName, shape: x.shape }, { name: yName, shape: upstream.shape }, shape, geometry),
    derivatives: [
      (direction) => inputGradient(upstream, direction, x.shape, geometry),
      (direction) => conv2d(x, direction, geometry),
    ],
  });
}

function emitTurnedConv(to: Emitter, y: string, w: string, [, , kh, kw]: readonly number[], padding: number): string {
  const exchanged = to.node("Transpose", [w], { perm: [1, 0, 2, 3] });
  const reversal = [to.integers([-1, -1]), to.integers([-kh - 1, -kw - 1]), to.integers([2, 3]), to.integers([-1, -1])];
  const turned = kh * kw === 1 ? exchanged : to.node("Slice", [exchanged, ...reversal]);
  return to.node("Conv", [y, turned], convAttributes([kh, kw], [kh - 1 - padding, kw - 1 - padding], 1));
}

interface Upscaling {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly kernel: readonly number[];
  readonly geometry: Geometry;
}

function emitConvTranspose(
  to: Emitter,
  y: string,
  w: string,
  { from, to: target, kernel, geometry }: Upscaling,
): string {
  const { stride, padding } = geometry;
  // Rows of x that the last stride did not reach.
  const beyond = [2, 3].map((axis) => target[axis] - ((from[axis] - 1) * stride + kernel[axis] - 2 * padding));
  return to.node("ConvTranspose", [y, w], {
    ...convAttributes(kernel.slice(2), [padding, padding], stride),
    output_padding: beyond,
  });
}

interface NamedValue {
  readonly name: string;
  readonly shape: readonly number[];
}

/** w̄[o, c, a, b] = Σₙ Y[n, o, cells] · X(a, b)[n, c, cells]ᵀ, where X(a, b) is x shifted by the tap (a, b). */
function emitShiftedProducts(
  to: Emitter,
  x: NamedValue,
  y: NamedValue,
  [out, channels, kh, kw]: readonly number[],
  { stride, padding }: Geometry,
): string {
  const [n, , h, w] = y.shape;
  const cells = h * w;
  const pads = to.integers([0, 0, padding, padding, 0, 0, padding, padding]);
  const padded = padding === 0 ? x.name : to.node("Pad", [x.name, pads]);
  const whole = kh === 1 && kw === 1 && stride === 1;
  const axes = to.integers([2, 3]);
  const steps = to.integers([stride, stride]);
  const flatY = to.node("Reshape", [y.name, to.integers([n, out, cells])]);
  const products: string[] = [];
  for (let a = 0; a < kh; a++) {
    for (let b = 0; b < kw; b++) {
      const ends = to.integers([a + (h - 1) * stride + 1, b + (w - 1) * stride + 1]);
      const shifted = whole ? padded : to.node("Slice", [padded, to.integers([a, b]), ends, axes, steps]);
      const flatX = to.node("Reshape", [shifted, to.integers([n, channels, cells])]);
      products.push(
        emitMatmul(to, { name: flatY, rank: 3, transposed: false }, { name: flatX, rank: 3, transposed: true }),
      );
    }
  }
  const taps = products.length === 1 ? products[0] : to.node("Concat", products, { axis: 2 });
  const summed = n === 1 ? taps : to.node("ReduceSum", [taps, to.integers([0])], { keepdims: 1 });
  if (kh * kw === 1) return to.node("Reshape", [summed, to.integers([out, channels, 1, 1])]);
  const tapsFirst = to.node("Reshape", [summed, to.integers([out, kh, kw, channels])]);
  return to.node("Transpose", [tapsFirst], { perm: [0, 3, 1, 2] });
}

function convAttributes(
  kernel: readonly number[],
  [top, left]: readonly number[],
  stride: number,
): Record<string, readonly number[]> {
  return { kernel_shape: kernel, pads: [top, left, top, left], strides: [stride, stride] };
}

function convolvedLength(length: number, kernel: number, { stride, padding }: Geometry): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}
