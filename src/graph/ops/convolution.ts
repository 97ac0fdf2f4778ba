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
 *   W             one matrix product over all cells for each tap of the kernel (weight-gradient.ts)
 * @module
 */
import { formatShape, shapeError } from "../shape.ts";
import { type Emitter, type NamedValue, type Tensor, tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { emitBlockedConv, isWorthBlocking } from "./blocked-convolution.ts";
import { reshape } from "./layout.ts";
import { emitMatmul } from "./matrix.ts";
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
  // Of a convolution of patches the field they were cut from is on the tape too: see emitPatchConv.
  const uncut = x.kind === "spaceToDepth" && stride === 1 && bias !== undefined ? [x.inputs[0]] : [];
  return tensor({
    kind: "conv2d",
    shape,
    inputs: bias === undefined ? [x, weight] : [x, weight, bias, ...uncut],
    attributes: { ...geometry },
    emit: (to, [xName, wName, biasName, uncutName]) => {
      if (uncutName !== undefined && to.carries(wName)) {
        const patch = x.attributes.block as number;
        return emitPatchConv(to, uncutName, { name: wName, shape: weight.shape }, { patch, padding }, biasName);
      }
      const window = { kernel: [kh, kw], cells: [shape[2], shape[3]], margins: [padding, padding], stride } as const;
      return emitConv(to, { name: xName, shape: x.shape }, { name: wName, shape: weight.shape }, window, biasName);
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

/** How a kernel moves over x. */
interface Window {
  readonly kernel: readonly [number, number];
  /** Height and width of the result. */
  readonly cells: readonly [number, number];
  /** Zeros above and below, left and right. */
  readonly margins: readonly [number, number];
  readonly stride: number;
}

/**
 * C. ONNX Runtime divides the cells of a single sample among threads, and a share below about 64 cells changes how it
 * blocks a sum longer than 128 terms; so a small field is convolved as one matrix product, whose result does not depend
 * on the number of threads.
 */
function emitConv(to: Emitter, x: NamedValue, w: NamedValue, window: Window, bias?: string): string {
  const { kernel, cells, margins, stride } = window;
  const [[n, channels], [out], [h, wide]] = [x.shape, w.shape, cells];
  const terms = channels * kernel[0] * kernel[1];
  if (to.carries(w.name) && kernel[0] * kernel[1] * stride === 1 && margins[0] + margins[1] === 0 && out < BLOCK) {
    return emitLongConv(to, x, w, bias);
  }
  if (n > 1 || h * wide > 256 || terms <= 128) {
    const attributes = convAttributes(kernel, margins, stride);
    if (isWorthBlocking(to, w.shape)) return emitBlockedConv(to, x.name, w, attributes, bias);
    return to.node("Conv", [x.name, w.name, ...(bias === undefined ? [] : [bias])], attributes);
  }
  const taps = emitShifted(to, x, window);
  const columns = taps.length === 1 ? taps[0] : to.node("Concat", taps, { axis: 1 });
  const tapsFirst = to.node("Transpose", [w.name], { perm: [0, 2, 3, 1] });
  const rows = to.node("Reshape", [tapsFirst, to.integers([1, out, terms])]);
  const left = { name: rows, shape: [1, out, terms], transposed: false };
  const product = emitMatmul(to, left, { name: columns, shape: [1, terms, h * wide], transposed: false });
  const y = to.node("Reshape", [product, to.integers([1, out, h, wide])]);
  return bias === undefined ? y : to.node("Add", [y, to.node("Reshape", [bias, to.integers([1, out, 1, 1])])]);
}

/** Channels that ONNX Runtime keeps side by side in convolutions whose weights it knows; fewer are filled up with zeros. */
const BLOCK = 16;

/** A 1 × 1 convolution on all rows as one, which ONNX Runtime does not block. */
function emitLongConv(to: Emitter, x: NamedValue, w: NamedValue, bias?: string): string {
  const [n, channels, h, wide] = x.shape;
  const [out] = w.shape;
  const long = to.node("Reshape", [x.name, to.integers([n, channels, h * wide])]);
  const kernel = to.node("Reshape", [w.name, to.integers([out, channels, 1])]);
  const y = to.node("Conv", [long, kernel, ...(bias === undefined ? [] : [bias])], { kernel_shape: [1] });
  return to.node("Reshape", [y, to.integers([n, out, h, wide])]);
}

/**
 * A convolution of patches, in a model for inference: the patches, which would be a copy of the whole field, are never cut. A step from
 * patch to patch is a stride over the field:  w′[o, c, a·p + i, b·p + j] = w[o, (i·p + j)·channels + c, a, b].
 */
function emitPatchConv(
  to: Emitter,
  uncut: string,
  w: NamedValue,
  { patch, padding }: { readonly patch: number; readonly padding: number },
  bias: string,
): string {
  const [out, cut, kh, kw] = w.shape;
  const channels = cut / patch ** 2;
  const apart = to.node("Reshape", [w.name, to.integers([out, patch, patch, channels, kh, kw])]);
  const cells = to.node("Transpose", [apart], { perm: [0, 3, 4, 1, 5, 2] });
  const kernel = [kh * patch, kw * patch];
  const laid = to.node("Reshape", [cells, to.integers([out, channels, ...kernel])]);
  return to.node("Conv", [uncut, laid, bias], convAttributes(kernel, [padding * patch, padding * patch], patch));
}

/** I for stride 1: the kernel turned by 180°, its channel axes exchanged. */
function emitTurnedConv(
  to: Emitter,
  y: NamedValue,
  w: NamedValue,
  [, , height, width]: readonly number[],
  { padding }: Geometry,
): string {
  const [out, channels, kh, kw] = w.shape;
  const exchanged = to.node("Transpose", [w.name], { perm: [1, 0, 2, 3] });
  const reversal = [to.integers([-1, -1]), to.integers([-kh - 1, -kw - 1]), to.integers([2, 3]), to.integers([-1, -1])];
  const turned = {
    name: kh * kw === 1 ? exchanged : to.node("Slice", [exchanged, ...reversal]),
    shape: [channels, out, kh, kw],
  };
  const margins = [kh - 1 - padding, kw - 1 - padding] as const;
  return emitConv(to, y, turned, { kernel: [kh, kw], cells: [height, width], margins, stride: 1 });
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

function emitMargins(to: Emitter, name: string, margins: readonly [number, number]): string {
  if (margins.every((margin) => margin === 0)) return name;
  const pads = [0, 0, ...margins];
  return to.node("Pad", [name, to.integers([...pads, ...pads])]);
}

/** For each tap of the kernel, row by row, x as that tap sees it: [n, c, cells]. */
function emitShifted(
  to: Emitter,
  x: NamedValue,
  { kernel: [kh, kw], cells: [h, w], margins, stride }: Window,
): string[] {
  const padded = emitMargins(to, x.name, margins);
  const flatShape = to.integers([x.shape[0], x.shape[1], h * w]);
  const [axes, steps] = [to.integers([2, 3]), to.integers([stride, stride])];
  const shifted: string[] = [];
  for (let a = 0; a < kh; a++) {
    for (let b = 0; b < kw; b++) {
      const ends = to.integers([a + (h - 1) * stride + 1, b + (w - 1) * stride + 1]);
      shifted.push(to.node("Reshape", [to.node("Slice", [padded, to.integers([a, b]), ends, axes, steps]), flatShape]));
    }
  }
  return shifted;
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
