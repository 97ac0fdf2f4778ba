/**
 * The weight gradient of a convolution, in the model being written:
 *
 *   w̄[o, c, a, b] = Σₙ Σᵢⱼ ȳ[n, o, i, j] · x[n, c, i·stride + a − top, j·stride + b − left]
 *
 * All taps (a, b) are one matrix product over cells. Rows of a field lie one behind the other, so that a shift by rows and columns is a
 * shift of one long row: ȳ is stacked once for each row of the kernel, x once for each of its columns, each copy in its place,
 *
 *   ȳ   | ȳ . . . . . |        x   | . . x . . . |        [out·kh, cells] · [channels·kw, cells]ᵀ
 *       | . . ȳ . . . |            | . x . . . . |
 *       | . . . . ȳ . |            | x . . . . . |
 *
 * which one concatenation with zeros between the copies does. What a shift by columns moves from the end of one row into the beginning of
 * the next is a strip of a column or two: a little weight gradient of its own, which is subtracted.
 *
 * Stride 2: the cells of x in even and odd rows and columns are four fields, and each has its part of the kernel at stride 1.
 * @module
 */
import type { Emitter, NamedValue } from "../tensor.ts";
import { emitMatmul } from "./matrix.ts";
import { emitSpaceToDepth } from "./resampling.ts";

/** A kernel at stride 1, and how many rows above and columns left of ȳ's cell its first tap reaches; negative: below, right. */
interface Reach {
  readonly kernel: readonly [number, number];
  readonly margins: readonly [number, number];
}

/** x [n, c, rows, columns], y [n, o, h, w], weight [o, c, kh, kw] → w̄. */
export function emitWeightGradient(
  to: Emitter,
  x: NamedValue,
  y: NamedValue,
  [, , kh, kw]: readonly number[],
  { stride, padding }: { readonly stride: 1 | 2; readonly padding: number },
): string {
  const reach: Reach = { kernel: [kh, kw], margins: [padding, padding] };
  return stride === 1 ? emitInBands(to, x, y, reach) : emitFromPhases(to, x, y, reach);
}

/** Stride 2: tap a meets rows 2i + a − margin, which are rows i + shift of one of x's two phases. */
function emitFromPhases(to: Emitter, x: NamedValue, y: NamedValue, { kernel: [kh, kw], margins }: Reach): string {
  const [n, channels, rows, columns] = x.shape;
  const even = [rows + (rows % 2), columns + (columns % 2)];
  const whole = emitPad(to, x.name, [0, 0, even[0] - rows, even[1] - columns]);
  const phases = emitSpaceToDepth(to, { name: whole, shape: [n, channels, ...even] }, 2);
  /** Of one axis, the taps that meet a phase, and how far before ȳ's cell the first of them lies there. */
  const met = (length: number, margin: number, phase: number): { taps: number[]; before: number } => {
    const taps = Array.from({ length }, (_, a) => a).filter((a) => (a + margin) % 2 === phase);
    return { taps, before: -Math.floor((taps[0] - margin) / 2) };
  };
  const byTap: string[] = [];
  for (const phase of [0, 1, 2, 3]) {
    const [down, across] = [met(kh, margins[0], phase >> 1), met(kw, margins[1], phase & 1)];
    if (down.taps.length * across.taps.length === 0) continue;
    const name = emitSlice(to, phases, 1, phase * channels, (phase + 1) * channels);
    const shape = [n, channels, even[0] / 2, even[1] / 2];
    const part = emitInBands(to, { name, shape }, y, {
      kernel: [down.taps.length, across.taps.length],
      margins: [down.before, across.before],
    });
    for (const [k, a] of down.taps.entries()) {
      for (const [l, b] of across.taps.entries()) {
        byTap[a * kw + b] = emitSlice(to, emitSlice(to, part, 2, k, k + 1), 3, l, l + 1);
      }
    }
  }
  const lines = Array.from({ length: kh }, (_, a) => emitConcat(to, byTap.slice(a * kw, (a + 1) * kw), 3));
  return emitConcat(to, lines, 2);
}

/** Numbers in the largest stack that is made of a field: 64 MiB of float32. */
const STACK_SIZE = 2 ** 24;

/** All rows of ȳ at once, or bands of about equal height, so that stacks of large fields are small: a matter of shapes alone. */
function emitInBands(to: Emitter, x: NamedValue, y: NamedValue, { kernel, margins }: Reach): string {
  const [n, channels, rows, columns] = x.shape;
  const [, out, h, w] = y.shape;
  const rowSize = n * Math.max(channels * kernel[1], out * kernel[0]) * Math.max(columns, w);
  const count = Math.min(h, Math.ceil((h * rowSize) / STACK_SIZE));
  const bands = Array.from({ length: count }, (_, band) => {
    const [from, until] = [band, band + 1].map((edge) => Math.round((edge * h) / count));
    const first = count === 1 ? 0 : Math.min(Math.max(0, from - margins[0]), rows - 1);
    const end = count === 1 ? rows : Math.max(first + 1, Math.min(rows, until + kernel[0] - 1 - margins[0]));
    const reach: Reach = { kernel, margins: [margins[0] + first - from, margins[1]] };
    return emitAllTaps(to, emitRows(to, x, first, end), emitRows(to, y, from, until), reach);
  });
  return bands.reduce((sum, next) => to.node("Add", [sum, next]));
}

/** The product of the two stacks, less what crossed the ends of rows. */
function emitAllTaps(to: Emitter, x: NamedValue, y: NamedValue, reach: Reach): string {
  const [[kh, kw], [top, left]] = [reach.kernel, reach.margins];
  const [, channels, rows, columns] = x.shape;
  const [, out, h, w] = y.shape;
  // No shift by columns is to reach further than into the next row.
  const width = Math.max(columns, w, left, kw - 1 - left);
  // Where the first copies lie: ȳ[i, j] above x[i + a − top, j + b − left], for copies a and b.
  const x0 = Math.max(0, top * width + left, kw - 1);
  const y0 = x0 - top * width - left;
  const cells = Math.max(y0 + (kh - 1) * width + h * width, x0 + rows * width, rows * width + Math.min(kw - 1, 1));
  const length = Math.ceil(cells / PARTS) * PARTS;
  const [stackX, stackY] = [
    emitStack(to, widened(to, x, width), { copies: kw, first: x0, step: -1, length }),
    emitStack(to, widened(to, y, width), { copies: kh, first: y0, step: width, length }),
  ];
  const product = to.node("Reshape", [emitProduct(to, stackY, stackX), to.integers([out, kh, channels, kw])]);
  const all = to.node("Transpose", [product], { perm: [0, 2, 1, 3] });
  const crossed = Array.from({ length: kw }, (_, b) => emitCrossed(to, x, y, { ...reach, width, before: left - b }));
  if (crossed.every((tap) => tap === undefined)) return all;
  const none = to.node("ConstantOfShape", [to.integers([out, channels, kh, 1])]);
  const tooMuch = crossed.map((tap) => tap ?? none);
  return to.node("Sub", [all, emitConcat(to, tooMuch, 3)]);
}

/**
 * What the product has too much for one column of the kernel, [o, c, kh, 1]: the cells that x shifted by `before` columns brought from
 * the end of the row above, or for a negative number from the beginning of the row below.
 */
function emitCrossed(
  to: Emitter,
  x: NamedValue,
  y: NamedValue,
  { kernel: [kh], margins: [top], width, before }: Reach & { readonly width: number; readonly before: number },
): string | undefined {
  const [columns, w] = [x.shape[3], y.shape[3]];
  // Of a row of `width` cells only its field's own hold more than zeros.
  const count = Math.abs(before) - (before > 0 ? width - columns : width - w);
  if (before === 0 || count <= 0) return undefined;
  const strip = (field: NamedValue, from: number): NamedValue => {
    const name = emitSlice(to, field.name, 3, from, from + count);
    return { name, shape: field.shape.with(3, count) };
  };
  return before > 0
    ? emitAllTaps(to, strip(x, columns - count), strip(y, 0), { kernel: [kh, 1], margins: [top + 1, 0] })
    : emitAllTaps(to, strip(x, 0), strip(y, w - count), { kernel: [kh, 1], margins: [top - 1, 0] });
}

interface Stack {
  readonly copies: number;
  /** Cells before the first copy, and how many more before each that follows. */
  readonly first: number;
  readonly step: number;
  /** Cells of each row of the stack. */
  readonly length: number;
}

/** A field [n, c, h, w] as [n, c·copies, length]: one below the other, each a step further, zeros around them. */
function emitStack(to: Emitter, { name, shape }: NamedValue, { copies, first, step, length }: Stack): NamedValue {
  const [n, channels, h, w] = shape;
  const zeros = (count: number): string[] =>
    count === 0 ? [] : [to.node("ConstantOfShape", [to.integers([n, channels, count])])];
  const row = to.node("Reshape", [name, to.integers([n, channels, h * w])]);
  const between = zeros(length + step - h * w);
  const after = zeros(length - first - (copies - 1) * step - h * w);
  const pieces = [...zeros(first), ...Array.from({ length: copies }, (_, k) => (k === 0 ? [row] : [...between, row]))];
  const stack = emitConcat(to, [...pieces.flat(), ...after], 2);
  return emitReshape(to, stack, [n, channels * copies, length]);
}

/** Into how many parts the cells of a single sample are divided, of which each thread takes some: else each would pack a whole factor. */
const PARTS = 8;
/** Cells that are worth a part. */
const LONG = 1024;

/** Σₙ Σ_cells left · right, [1, left's rows, right's rows]. */
function emitProduct(to: Emitter, left: NamedValue, right: NamedValue): string {
  const [n, , length] = left.shape;
  const parts = to.has("FusedMatMul") && n === 1 && length >= PARTS * LONG ? PARTS : 1;
  const [tall, wide] = [left, right].map(({ name, shape }) =>
    parts === 1 ? { name, shape } : emitReshape(to, name, [shape[1], parts, length / parts]),
  );
  const batchSecond = parts > 1;
  const product = emitMatmul(
    to,
    { ...tall, transposed: false, batchSecond },
    { ...wide, transposed: true, batchSecond },
  );
  return n * parts === 1 ? product : to.node("ReduceSum", [product, to.integers([0])], { keepdims: 1 });
}

function emitReshape(to: Emitter, name: string, shape: readonly number[]): NamedValue {
  return { name: to.node("Reshape", [name, to.integers(shape)]), shape };
}

/** A field with zeros at the end of each row. */
function widened(to: Emitter, { name, shape }: NamedValue, width: number): NamedValue {
  return { name: emitPad(to, name, [0, 0, 0, width - shape[3]]), shape: shape.with(3, width) };
}

function emitRows(to: Emitter, { name, shape }: NamedValue, from: number, until: number): NamedValue {
  if (until - from === shape[2]) return { name, shape };
  return { name: emitSlice(to, name, 2, from, until), shape: shape.with(2, until - from) };
}

/** Zeros at the end of each axis. */
function emitPad(to: Emitter, name: string, after: readonly number[]): string {
  if (after.every((count) => count === 0)) return name;
  return to.node("Pad", [name, to.integers([...after.map(() => 0), ...after])]);
}

function emitSlice(to: Emitter, name: string, axis: number, from: number, until: number): string {
  return to.node("Slice", [name, ...[from, until, axis].map((value) => to.integers([value]))]);
}

function emitConcat(to: Emitter, names: readonly string[], axis: number): string {
  return names.length === 1 ? names[0] : to.node("Concat", names, { axis });
}
