/**
 * Matrix products and softmax.
 *
 *   Y = A′ B′  (′: transposed or not)   ⇒   Ā′ = Ȳ B′ᵀ,  B̄′ = A′ᵀ Ȳ
 *
 * The transposes are flags of one kernel (FusedMatMul), never copies.
 * @module
 */
import { broadcastShape, formatShape, shapeError } from "../shape.ts";
import { type Emitter, type Tensor, tensor } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { reshape } from "./layout.ts";
import { reduceSum, sumToShape } from "./reduction.ts";

export interface MatmulOptions {
  /** Use the transpose of the last two axes of a; default false. */
  readonly transposeA?: boolean;
  /** Use the transpose of the last two axes of b; default false. */
  readonly transposeB?: boolean;
}

/** a [..., m, k] times b [..., k, n] → [..., m, n]; leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions = {}): Tensor {
  const [rows, depthA] = lastTwo(a, transposeA);
  const [depthB, columns] = lastTwo(b, transposeB);
  const lead = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (depthA !== depthB || lead === undefined) {
    const flags = `${transposeA ? " transposed" : ""} and ${formatShape(b.shape)}${transposeB ? " transposed" : ""}`;
    throw shapeError("matmul", "[..., m, k] and [..., k, n]", formatShape(a.shape) + flags);
  }
  if (a.shape.length > 2 && b.shape.length === 2 && !transposeA) {
    // One tall product instead of a batch of small ones.
    return reshape(matmul(reshape(a, [-1, depthA]), b, { transposeB }), [...lead, rows, columns]);
  }
  return tensor({
    kind: "matmul",
    shape: [...lead, rows, columns],
    inputs: [a, b],
    attributes: { transposeA, transposeB },
    emit: (to, [left, right]) =>
      emitMatmul(
        to,
        { name: left, shape: a.shape, transposed: transposeA },
        { name: right, shape: b.shape, transposed: transposeB },
      ),
    derivatives: [
      (upstream) =>
        sumToShape(
          transposeA
            ? matmul(b, upstream, { transposeA: transposeB, transposeB: true })
            : matmul(upstream, b, { transposeB: !transposeB }),
          a.shape,
        ),
      (upstream) =>
        sumToShape(
          transposeB
            ? matmul(upstream, a, { transposeA: true, transposeB: transposeA })
            : matmul(a, upstream, { transposeA: !transposeA }),
          b.shape,
        ),
    ],
  });
}

/** x [..., in], weight [out, in], bias [out] → x·weightᵀ + bias, [..., out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const features = x.shape.at(-1);
  if (weight.shape.length !== 2 || weight.shape[1] !== features || (bias && bias.shape.length !== 1)) {
    const got = [x, weight, ...(bias ? [bias] : [])].map(({ shape }) => formatShape(shape)).join(", ");
    throw shapeError("linear", "x [..., in], weight [out, in], bias [out]", got);
  }
  const rows = reshape(x, [-1, features]);
  const product = matmul(rows, weight, { transposeB: true });
  const biased = bias === undefined ? product : add(product, bias);
  return reshape(biased, [...x.shape.slice(0, -1), weight.shape[0]]);
}

/** exp(x) / Σ exp(x) over the last axis. */
export function softmax(x: Tensor): Tensor {
  if (x.shape.length === 0) throw shapeError("softmax", "at least one axis", "a scalar");
  return tensor({
    kind: "softmax",
    shape: x.shape,
    inputs: [x],
    emit: (to, inputs) => to.node("Softmax", inputs, { axis: -1 }),
    derivatives: [
      (upstream, y) => multiply(y, subtract(upstream, reduceSum(multiply(upstream, y), [-1], { keepDims: true }))),
    ],
  });
}

/** A matrix, or a batch of them, as it is known in the model being written. */
export interface Factor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly transposed: boolean;
  /** The batch is the second of three axes, not the first; of both factors, and by FusedMatMul alone. */
  readonly batchSecond?: boolean;
}

/**
 * The product, by a kernel whose result does not depend on the number of threads: ONNX Runtime divides the longer side
 * of the result among threads, and where that is the columns, how it blocks the sum over k depends on their share.
 * So a result wider than tall is computed as the transpose of B′ᵀ A′ᵀ.
 */
export function emitMatmul(to: Emitter, left: Factor, right: Factor): string {
  const rows = sideOf(left, !left.transposed);
  const columns = sideOf(right, right.transposed);
  if (columns <= rows) return emitProduct(to, left, right);
  const turned = emitProduct(
    to,
    { ...right, transposed: !right.transposed },
    { ...left, transposed: !left.transposed },
  );
  return emitTranspose(to, turned, Math.max(left.shape.length, right.shape.length));
}

/** The length of the axis of rows or columns, of the matrix as it lies. */
function sideOf({ shape, batchSecond }: Factor, isRow: boolean): number {
  return shape.at(isRow ? (batchSecond ? 0 : -2) : -1)!;
}

/** One FusedMatMul when it takes flags; where there is none, transposes and MatMul. */
function emitProduct(to: Emitter, left: Factor, right: Factor): string {
  const [transA, transB] = [left.transposed ? 1 : 0, right.transposed ? 1 : 0];
  const batches = left.batchSecond ? { transBatchA: 1, transBatchB: 1 } : {};
  if (transA + transB === 0) return to.node("MatMul", [left.name, right.name]);
  if (to.has("FusedMatMul"))
    return to.node("FusedMatMul", [left.name, right.name], { transA, transB, ...batches }, "com.microsoft");
  const plain = [left, right].map(({ name, shape, transposed }) =>
    transposed ? emitTranspose(to, name, shape.length) : name,
  );
  return to.node("MatMul", plain);
}

function emitTranspose(to: Emitter, name: string, rank: number): string {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return to.node("Transpose", [name], { perm: [...axes.slice(0, -2), rank - 1, rank - 2] });
}

function lastTwo(x: Tensor, transposed: boolean): readonly [number, number] {
  if (x.shape.length < 2) throw shapeError("matmul", "at least two axes", formatShape(x.shape));
  const [rows, columns] = x.shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}
