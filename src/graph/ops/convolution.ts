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
import { add } from "./arithmetic.ts";
import { reshape } from "./layout.ts";
import { emitMatmul, type Factor } from "./matrix.ts";
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
    emit: (to, [xName, wName, biasName]) => {
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

interface NamedValue {
  readonly name: string;
  readonly shape: readonly number[];
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
  if (n > 1 || h * wide > 256 || terms <= 128) {
    const inputs = [x.name, w.name, ...(bias === undefined ? [] : [bias])];
    return to.node("Conv", inputs, convAttributes(kernel, margins, stride));
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

/** w̄[o, c, a, b] = Σₙ Σ cells y[n, o, i, j] · x[n, c, i·stride + a − padding, j·stride + b − padding], tap by tap. */
function emitWeightGradient(
  to: Emitter,
  x: NamedValue,
  y: NamedValue,
  [out, channels, kh, kw]: readonly number[],
  { stride, padding }: Geometry,
): string {
  const [n, , h, w] = y.shape;
  const window: Window = { kernel: [kh, kw], cells: [h, w], margins: [padding, padding], stride };
  const tapsOf = (pairs: TapPairs): string => {
    const products = pairs.map(([left, right]) => emitMatmul(to, left, { ...right, transposed: true }));
    return products.length === 1 ? products[0] : to.node("Concat", products, { axis: 2 });
  };
  const taps =
    stride === 1 && kh > 1
      ? bandsOf(h, n * Math.max(channels, out) * w)
          .map((band) => tapsOf(emitShiftedPairs(to, x, y, { ...window, band })))
          .reduce((sum, next) => to.node("Add", [sum, next]))
      : tapsOf(emitShiftedFields(to, x, y, window));
  const summed = n === 1 ? taps : to.node("ReduceSum", [taps, to.integers([0])], { keepdims: 1 });
  if (kh * kw === 1) return to.node("Reshape", [summed, to.integers([out, channels, 1, 1])]);
  const tapsFirst = to.node("Reshape", [summed, to.integers([out, kh, kw, channels])]);
  return to.node("Transpose", [tapsFirst], { perm: [0, 3, 1, 2] });
}

/** For each tap, the two matrices [n, o or c, cells] whose product over cells is its part of the weight gradient. */
type TapPairs = readonly (readonly [Factor, Factor])[];

/** Any stride: y as it is, x shifted to each tap. */
function emitShiftedFields(to: Emitter, x: NamedValue, y: NamedValue, window: Window): TapPairs {
  const cells = window.cells[0] * window.cells[1];
  const left = flat(to, y.name, [y.shape[0], y.shape[1], cells]);
  const shape = [x.shape[0], x.shape[1], cells];
  return emitShifted(to, x, window).map((name) => [left, { name, shape, transposed: false }]);
}

/** Rows from, and up to but not with. */
type Band = readonly [number, number];

/** Numbers in the largest copy that a weight gradient makes of a field: 32 MiB of float32. */
const BAND_SIZE = 2 ** 23;

/** All rows, or bands of them of about equal height, so that copies of large fields are small: a matter of the shape alone. */
function bandsOf(rows: number, rowSize: number): Band[] {
  const count = Math.min(rows, Math.ceil((rows * rowSize) / BAND_SIZE));
  const edge = (band: number): number => Math.round((band * rows) / count);
  return Array.from({ length: count }, (_, band) => [edge(band), edge(band + 1)]);
}

/**
 * Stride 1, a band of y's rows and the rows of x it meets: x is shifted along columns only, once for each column of the kernel, and y along
 * rows, once for each row; what moves in is zero, what moves out met only the margin's zeros. The middle shifts of a kernel that keeps the
 * size are no shifts: a 3 × 3 copies each field twice where the band is all rows.
 */
function emitShiftedPairs(
  to: Emitter,
  x: NamedValue,
  y: NamedValue,
  window: Window & { readonly band: Band },
): TapPairs {
  const [[n, channels, rows, columns], [, out], [kh, kw], [h, w]] = [x.shape, y.shape, window.kernel, window.cells];
  const [[top, left], [from, until]] = [window.margins, window.band];
  const [first, end] = until - from === h ? [0, rows] : [Math.max(0, from - top), Math.min(rows, until + kh - 1 - top)];
  const length = (end - first) * w;
  const xs = Array.from({ length: kw }, (_, b) => {
    const before = left - b;
    const shifted = emitShift(to, x.name, [0, 0, -first, before], [0, 0, end - rows, w - columns - before]);
    return flat(to, shifted, [n, channels, length]);
  });
  const rowsOfY = emitShift(to, y.name, [0, 0, -from, 0], [0, 0, until - h, 0]);
  const flatY = flat(to, rowsOfY, [n, out, (until - from) * w]).name;
  const ys = Array.from({ length: kh }, (_, a) => {
    const before = (from - first + a - top) * w;
    const name = emitShift(to, flatY, [0, 0, before], [0, 0, length - (until - from) * w - before]);
    return { name, shape: [n, out, length], transposed: false };
  });
  return ys.flatMap((factor) => xs.map((right) => [factor, right] as const));
}

/** Zeros added before and after each axis; a negative number takes cells away. */
function emitShift(to: Emitter, name: string, before: readonly number[], after: readonly number[]): string {
  const margins = [...before, ...after];
  return margins.every((margin) => margin === 0) ? name : to.node("Pad", [name, to.integers(margins)]);
}

function flat(to: Emitter, name: string, shape: readonly number[]): Factor {
  return { name: to.node("Reshape", [name, to.integers(shape)]), shape, transposed: false };
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
