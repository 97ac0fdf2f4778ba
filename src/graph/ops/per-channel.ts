/**
 * What normalization does with whole channels of a field, each in one pass over it:
 *
 *   channelAffine    y[n, c, i, j] = scale[n, c] · x[n, c, i, j] + shift[n, c]
 *   channelProducts  p[n, c] = Σᵢⱼ a[n, c, i, j] · b[n, c, i, j]
 * @module
 */
import { formatShape, sameShape, shapeError } from "../shape.ts";
import { type Emitter, type NamedValue, type Tensor, tensor } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { reshape } from "./layout.ts";
import { emitMatmul } from "./matrix.ts";
import { reduceSum, sumToShape } from "./reduction.ts";

/**
 * x [n, c, h, w]; scale and shift [n, c], or [1, c] for all samples alike → [n, c, h, w].
 * @throws ShapeError for other shapes.
 */
export function channelAffine(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const [n, channels] = x.shape;
  const lengths = scale.shape;
  if (
    x.shape.length !== 4 ||
    !sameShape(lengths, shift.shape) ||
    lengths[1] !== channels ||
    ![1, n].includes(lengths[0])
  ) {
    const got = [x, scale, shift].map(({ shape }) => formatShape(shape)).join(", ");
    throw shapeError("channelAffine", "x [n, c, h, w], scale and shift both [n, c] or [1, c]", got);
  }
  const toField = (v: Tensor): Tensor => reshape(v, [v.shape[0], channels, 1, 1]);
  return tensor({
    kind: "channelAffine",
    shape: x.shape,
    inputs: [x, scale, shift],
    emit: (to, [xName, scaleName, shiftName]) =>
      emitChannelAffine(
        to,
        { name: xName, shape: x.shape },
        { scale: scaleName, shift: shiftName, shared: lengths[0] === 1 },
      ),
    derivatives: [
      (upstream) => multiply(upstream, toField(scale)),
      (upstream) => sumToShape(channelProducts(upstream, x), lengths),
      (upstream) => sumToShape(reduceSum(upstream, [2, 3]), lengths),
    ],
  });
}

interface AffineTerms {
  readonly scale: string;
  readonly shift: string;
  /** Whether there is one of each per channel for all samples, not one per sample and channel. */
  readonly shared: boolean;
}

/** As a convolution whose kernel is one cell and whose groups are single channels: multiplied and added in one pass. */
export function emitChannelAffine(to: Emitter, x: NamedValue, { scale, shift, shared }: AffineTerms): string {
  const [n, channels, h, w] = x.shape;
  const [samples, groups] = shared ? [n, channels] : [1, n * channels];
  const rows = to.node("Reshape", [x.name, to.integers([samples, groups, h * w])]);
  const kernel = to.node("Reshape", [scale, to.integers([groups, 1, 1])]);
  const bias = to.node("Reshape", [shift, to.integers([groups])]);
  const y = to.node("Conv", [rows, kernel, bias], { group: groups, kernel_shape: [1] });
  return to.node("Reshape", [y, to.integers(x.shape)]);
}

/** Cells whose products are added up in float32 one after another: few enough to lose nothing. */
const CELLS_AT_ONCE = 4096;

/**
 * a and b [n, c, h, w] → [n, c].
 * @throws ShapeError for other shapes.
 */
export function channelProducts(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length !== 4 || !sameShape(a.shape, b.shape)) {
    throw shapeError(
      "channelProducts",
      "two fields [n, c, h, w]",
      `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  const [n, channels, h, w] = a.shape;
  // A run of rows of each field is a row and a column whose matrix product is one number; no product of two cells is ever stored.
  let runs = 1;
  while (runs < h && (h % runs !== 0 || (h / runs) * w > CELLS_AT_ONCE)) runs++;
  const shape = [n * channels * runs, 1, (h / runs) * w];
  const toField = (upstream: Tensor): Tensor => reshape(upstream, [n, channels, 1, 1]);
  return tensor({
    kind: "channelProducts",
    shape: [n, channels],
    inputs: [a, b],
    emit: (to, names) => {
      const [row, column] = names.map((name) => to.node("Reshape", [name, to.integers(shape)]));
      const left = { name: row, shape, transposed: false };
      const products = emitMatmul(to, left, { name: column, shape, transposed: true });
      const byChannel = to.node("Reshape", [products, to.integers([n, channels, runs])]);
      return to.node("ReduceSum", [byChannel, to.integers([2])], { keepdims: 0 });
    },
    derivatives: [(upstream) => multiply(toField(upstream), b), (upstream) => multiply(toField(upstream), a)],
  });
}
