/**
 * Moving values without changing them: every operation here is linear, and its derivative is its transpose.
 *
 *   reshape ↔ reshape    transpose ↔ inverse permutation    slice ↔ pad with zeros    concat ↔ slices
 *   broadcast ↔ sum      pad with the edge ↔ sum of the margin into the edge
 * @module
 */
import { broadcastShape, formatShape, fourAxes, resolveAxis, sameShape, shapeError, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { reduceSum, sumToShape } from "./reduction.ts";

/** The same values in row-major order under another shape; one length may be −1 and is then worked out. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = sizeOf(shape.filter((length) => length !== -1));
  const target = shape.map((length) => (length === -1 ? sizeOf(x.shape) / known : length));
  if (sizeOf(target) !== sizeOf(x.shape) || !target.every((length) => Number.isInteger(length) && length > 0)) {
    throw shapeError("reshape", `${sizeOf(x.shape)} elements as in ${formatShape(x.shape)}`, formatShape(shape));
  }
  if (sameShape(target, x.shape)) return x;
  if (x.kind === "reshape") return reshape(x.inputs[0], target);
  return tensor({
    kind: "reshape",
    shape: target,
    inputs: [x],
    emit: (to, [name]) => to.node("Reshape", [name, to.integers(target)]),
    derivatives: [(upstream) => reshape(upstream, x.shape)],
  });
}

/** Axis `permutation[k]` of x becomes axis k. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const sorted = [...permutation].sort((a, b) => a - b);
  if (sorted.length !== x.shape.length || sorted.some((axis, k) => axis !== k)) {
    throw shapeError("transpose", `a permutation of the axes of ${formatShape(x.shape)}`, formatShape(permutation));
  }
  if (permutation.every((axis, k) => axis === k)) return x;
  return tensor({
    kind: "transpose",
    shape: permutation.map((axis) => x.shape[axis]),
    inputs: [x],
    attributes: { permutation: [...permutation] },
    emit: (to, inputs) => to.node("Transpose", inputs, { perm: permutation }),
    derivatives: [
      (upstream) =>
        transpose(
          upstream,
          permutation.map((_, k) => permutation.indexOf(k)),
        ),
    ],
  });
}

/** Repeats x along axes of length 1 (or absent in front) until it has `shape`. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  const reached = broadcastShape(x.shape, shape);
  if (reached === undefined || !sameShape(reached, shape)) {
    throw shapeError("broadcastTo", `a shape that broadcasts to ${formatShape(shape)}`, formatShape(x.shape));
  }
  if (sameShape(x.shape, shape)) return x;
  return tensor({
    kind: "broadcastTo",
    shape,
    inputs: [x],
    emit: (to, [name]) => to.node("Expand", [name, to.integers(shape)]),
    derivatives: [(upstream) => sumToShape(upstream, x.shape)],
  });
}

/** Tensors one after another along an axis; all other lengths equal. */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  if (xs.length === 0) throw new RangeError("concat: at least one tensor is needed");
  const along = resolveAxis("concat", xs[0].shape, axis);
  const total = xs.reduce((sum, x) => sum + x.shape[along], 0);
  const shape = xs[0].shape.with(along, total);
  if (!xs.every((x) => x.shape.length === shape.length && sameShape(x.shape.with(along, total), shape))) {
    throw shapeError(
      "concat",
      `equal lengths on every axis but ${along}`,
      xs.map((x) => formatShape(x.shape)).join(", "),
    );
  }
  if (xs.length === 1) return xs[0];
  const ends = xs.map((_, k) => xs.slice(0, k + 1).reduce((sum, x) => sum + x.shape[along], 0));
  return tensor({
    kind: "concat",
    shape,
    inputs: xs,
    attributes: { axis: along },
    emit: (to, inputs) => to.node("Concat", inputs, { axis: along }),
    derivatives: xs.map((x, k) => (upstream) => slice(upstream, along, ends[k] - x.shape[along], ends[k])),
  });
}

/** Elements start ≤ i < end of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const along = resolveAxis("slice", x.shape, axis);
  const length = x.shape[along];
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= length)) {
    throw shapeError("slice", `0 <= start < end <= ${length} on axis ${along}`, `${start} to ${end}`);
  }
  if (start === 0 && end === length) return x;
  return tensor({
    kind: "slice",
    shape: x.shape.with(along, end - start),
    inputs: [x],
    attributes: { axis: along, start, end },
    emit: (to, [name]) =>
      to.node("Slice", [name, to.integers([start]), to.integers([end]), to.integers([along]), to.integers([1])]),
    derivatives: [(upstream) => pad(upstream, along, start, length - end, "zero")],
  });
}

export type PadMode = "zero" | "edge";

/** How many cells are added on each side of [n, c, h, w]; row 0 is the top. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** x [n, c, h, w] with margins of zeros, or of copies of the nearest cell. */
export function pad2d(x: Tensor, { top, bottom, left, right }: Margins, mode: PadMode): Tensor {
  const [n, c, h, w] = fourAxes("pad2d", x.shape);
  checkMargins("pad2d", [top, bottom, left, right]);
  if (top + bottom + left + right === 0) return x;
  return tensor({
    kind: "pad2d",
    shape: [n, c, top + h + bottom, left + w + right],
    inputs: [x],
    attributes: { top, bottom, left, right, mode },
    emit: (to, [name]) =>
      to.node("Pad", [name, to.integers([0, 0, top, left, 0, 0, bottom, right])], {
        mode: mode === "edge" ? "edge" : "constant",
      }),
    derivatives: [
      (upstream) =>
        mode === "zero"
          ? crop2d(upstream, { top, bottom, left, right })
          : foldEdges(foldEdges(upstream, 3, left, right), 2, top, bottom),
    ],
  });
}

/** x [n, c, h, w] without its margins: the opposite of `pad2d`. */
export function crop2d(x: Tensor, { top, bottom, left, right }: Margins): Tensor {
  const [n, c, h, w] = fourAxes("crop2d", x.shape);
  checkMargins("crop2d", [top, bottom, left, right]);
  if (top + bottom + left + right === 0) return x;
  const [rows, columns] = [h - top - bottom, w - left - right];
  if (rows < 1 || columns < 1)
    throw shapeError("crop2d", `margins that leave a cell of ${h} x ${w}`, `${rows} x ${columns}`);
  return tensor({
    kind: "crop2d",
    shape: [n, c, rows, columns],
    inputs: [x],
    attributes: { top, bottom, left, right },
    emit: (to, [name]) => {
      const [starts, ends] = [to.integers([top, left]), to.integers([top + rows, left + columns])];
      return to.node("Slice", [name, starts, ends, to.integers([2, 3])]);
    },
    derivatives: [(upstream) => pad2d(upstream, { top, bottom, left, right }, "zero")],
  });
}

function checkMargins(operation: string, margins: readonly number[]): void {
  if (!margins.every((margin) => Number.isInteger(margin) && margin >= 0)) {
    throw shapeError(operation, "margins of whole cells, none negative", margins.join(", "));
  }
}

/** `before` and `after` cells added to the ends of one axis. */
export function pad(x: Tensor, axis: number, before: number, after: number, mode: PadMode): Tensor {
  const along = resolveAxis("pad", x.shape, axis);
  checkMargins("pad", [before, after]);
  if (before === 0 && after === 0) return x;
  const length = x.shape[along];
  const perAxis = (amount: number): number[] => x.shape.map((_, k) => (k === along ? amount : 0));
  return tensor({
    kind: "pad",
    shape: x.shape.with(along, before + length + after),
    inputs: [x],
    attributes: { axis: along, before, after, mode },
    emit: (to, [name]) =>
      to.node("Pad", [name, to.integers([...perAxis(before), ...perAxis(after)])], {
        mode: mode === "edge" ? "edge" : "constant",
      }),
    derivatives: [
      (upstream) =>
        mode === "zero" ? slice(upstream, along, before, before + length) : foldEdges(upstream, along, before, after),
    ],
  });
}

/** The transpose of padding with the edge: each margin is summed into the edge cell it was copied from. */
function foldEdges(x: Tensor, axis: number, before: number, after: number): Tensor {
  if (before + after === 0) return x;
  const end = x.shape[axis];
  const length = end - before - after;
  const sumOf = (from: number, to: number): Tensor => reduceSum(slice(x, axis, from, to), [axis], { keepDims: true });
  if (length === 1) return reduceSum(x, [axis], { keepDims: true });
  const first = sumOf(0, before + 1);
  const last = sumOf(end - after - 1, end);
  const inner = length > 2 ? [slice(x, axis, before + 1, end - after - 1)] : [];
  return concat([first, ...inner, last], axis);
}
