/**
 * A convolution and its input gradient as they run fastest under ONNX Runtime (docs/design/0021):
 *
 *   C             Conv; of a small field one matrix product, of few results one long row; of patches a stride over the field they are
 *                 cut from; of channels in blocks where the CPU has them
 *   I, stride 1   C with the kernel turned by 180° and its channel axes exchanged: as fast as forward
 *   I, stride 2   ConvTranspose
 * @module
 */
import type { Emitter, NamedValue } from "../tensor.ts";
import { emitBlockedConv, isWorthBlocking } from "./blocked-convolution.ts";
import { emitMatmul } from "./matrix.ts";

export interface Geometry {
  readonly stride: 1 | 2;
  readonly padding: number;
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

/** The field that x was cut from, patch by patch. */
interface Uncut {
  readonly name: string;
  readonly patch: number;
}

/** C, in the form that suits it. */
export function emitConv(
  to: Emitter,
  x: NamedValue,
  w: NamedValue,
  window: Window,
  { bias, uncut }: { readonly bias?: string | undefined; readonly uncut?: Uncut | undefined } = {},
): string {
  const { kernel, cells, margins, stride } = window;
  const [[n, channels], [out]] = [x.shape, w.shape];
  const size = kernel[0] * kernel[1];
  if (n === 1 && cells[0] * cells[1] <= 256 && channels * size > 128) return emitSmallConv(to, x, w, window, bias);
  if (to.carries(w.name)) {
    if (uncut !== undefined) return emitPatchConv(to, uncut, w, window, bias);
    if (size * stride === 1 && margins[0] + margins[1] === 0 && out < BLOCK) return emitLongConv(to, x, w, bias);
  }
  const attributes = convAttributes(kernel, margins, stride);
  if (isWorthBlocking(to, w.shape)) return emitBlockedConv(to, x.name, w, attributes, bias);
  return to.node("Conv", biased([x.name, w.name], bias), attributes);
}

function biased(inputs: readonly string[], bias: string | undefined): readonly string[] {
  return bias === undefined ? inputs : [...inputs, bias];
}

/**
 * ONNX Runtime divides the cells of a single sample among threads, and a share below about 64 cells changes how it blocks a sum longer than
 * 128 terms; so a small field is convolved as one matrix product, whose result does not depend on the number of threads.
 */
function emitSmallConv(to: Emitter, x: NamedValue, w: NamedValue, window: Window, bias?: string): string {
  const [[h, wide], [out], terms] = [window.cells, w.shape, w.shape.slice(1).reduce((a, b) => a * b)];
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
  const y = to.node("Conv", biased([long, kernel], bias), { kernel_shape: [1] });
  return to.node("Reshape", [y, to.integers([n, out, h, wide])]);
}

/**
 * A convolution of patches, in a model for inference: the patches, which would be a copy of the whole field, are never cut. A step from
 * patch to patch is a stride over the field:  w′[o, c, a·p + i, b·p + j] = w[o, (i·p + j)·channels + c, a, b].
 */
function emitPatchConv(
  to: Emitter,
  { name, patch }: Uncut,
  w: NamedValue,
  { margins: [padding] }: Window,
  bias?: string,
): string {
  const [out, cut, kh, kw] = w.shape;
  const channels = cut / patch ** 2;
  const apart = to.node("Reshape", [w.name, to.integers([out, patch, patch, channels, kh, kw])]);
  const cells = to.node("Transpose", [apart], { perm: [0, 3, 4, 1, 5, 2] });
  const kernel = [kh * patch, kw * patch];
  const laid = to.node("Reshape", [cells, to.integers([out, channels, ...kernel])]);
  return to.node("Conv", biased([name, laid], bias), convAttributes(kernel, [padding * patch, padding * patch], patch));
}

/** I for stride 1: the kernel turned by 180°, its channel axes exchanged. */
export function emitTurnedConv(
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

export function emitConvTranspose(
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
