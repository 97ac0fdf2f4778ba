/**
 * Sums over axes.
 *
 * Emitted one axis at a time from the last to the first: each is a contiguous, vectorized pass of ONNX Runtime, no
 * float32 accumulator grows longer than one axis, and the order of additions depends on the shape alone, never on
 * the number of threads.
 * @module
 */
import { formatShape, resolveAxis, sameShape, shapeError, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { divide } from "./arithmetic.ts";
import { broadcastTo, reshape } from "./layout.ts";

export interface ReduceOptions {
  /** Keep the summed axes with length 1; default false. */
  readonly keepDims?: boolean;
}

/** The sum over `axes` (default: all of them). */
export function reduceSum(x: Tensor, axes?: readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  const resolved = resolveAxes(x, axes);
  const kept = x.shape.map((length, axis) => (resolved.includes(axis) ? 1 : length));
  const summed = resolved.some((axis) => x.shape[axis] > 1) ? sumOver(x, resolved, kept) : x;
  return reshape(summed, keepDims ? kept : x.shape.filter((_, axis) => !resolved.includes(axis)));
}

/** The mean over `axes` (default: all of them). */
export function reduceMean(x: Tensor, axes?: readonly number[], options: ReduceOptions = {}): Tensor {
  const count = sizeOf(resolveAxes(x, axes).map((axis) => x.shape[axis]));
  return divide(reduceSum(x, axes, options), count);
}

/** The sum over the axes along which `shape` would be repeated to give x: the transpose of broadcasting. */
export function sumToShape(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((length, axis) =>
    axis < lead || (shape[axis - lead] === 1 && length > 1) ? [axis] : [],
  );
  return reshape(reduceSum(x, axes, { keepDims: true }), shape);
}

function sumOver(x: Tensor, axes: readonly number[], shape: readonly number[]): Tensor {
  return tensor({
    kind: "reduceSum",
    shape,
    inputs: [x],
    attributes: { axes },
    emit: (to, [name]) =>
      passes(axes.filter((axis) => x.shape[axis] > 1)).reduce(
        (partial, pass) => to.node("ReduceSum", [partial, to.integers(pass)], { keepdims: 1 }),
        name,
      ),
    derivatives: [(upstream) => broadcastTo(upstream, x.shape)],
  });
}

/** One axis a pass, from the last; but 0 and 1 together, since few sums side by side would be shared out by threads. */
function passes(axes: readonly number[]): number[][] {
  const single = axes.filter((axis) => axis > 1).map((axis) => [axis]);
  const first = axes.filter((axis) => axis <= 1);
  return [...(first.length > 0 ? [first] : []), ...single].toReversed();
}

/** Ascending, checked, each once. */
function resolveAxes(x: Tensor, axes: readonly number[] | undefined): readonly number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  const resolved = axes.map((axis) => resolveAxis("reduceSum", x.shape, axis)).sort((a, b) => a - b);
  if (new Set(resolved).size !== resolved.length) {
    throw shapeError("reduceSum", `distinct axes of ${formatShape(x.shape)}`, formatShape(axes));
  }
  return resolved;
}
