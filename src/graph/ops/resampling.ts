/**
 * Changing the resolution of [n, c, h, w].
 *
 *   spaceToDepth ↔ depthToSpace   a block of b × b cells becomes b² channels: exact, nothing is lost
 *   upsampleBilinear              linear between cell centers
 *   upsampleNearest ↔ averagePool each cell repeated f × f times; the mean of f × f cells
 *
 * Channel order of spaceToDepth is ONNX's: out[n, (i·b + j)·c + k, y, x] = in[n, k, y·b + i, x·b + j].
 * (PyTorch's pixel_unshuffle puts k first.)
 * @module
 */
import { formatShape, fourAxes, shapeError } from "../shape.ts";
import { type Emitter, type NamedValue, type Tensor, tensor } from "../tensor.ts";
import { add, divide, multiply } from "./arithmetic.ts";
import { concat, pad, reshape, slice } from "./layout.ts";

/** [n, c, h, w] → [n, c·block², h/block, w/block]. */
export function spaceToDepth(x: Tensor, block: number): Tensor {
  const [n, c, h, w] = coarsenable("spaceToDepth", x, block);
  if (block === 1) return x;
  return tensor({
    kind: "spaceToDepth",
    shape: [n, c * block ** 2, h / block, w / block],
    inputs: [x],
    attributes: { block },
    emit: (to, [name]) => emitSpaceToDepth(to, { name, shape: x.shape }, block),
    derivatives: [(upstream) => depthToSpace(upstream, block)],
  });
}

/** By its kernel, or by moving axes: half as fast on the CPU. */
export function emitSpaceToDepth(to: Emitter, { name, shape: [n, c, h, w] }: NamedValue, block: number): string {
  if (to.has("SpaceToDepth")) return to.node("SpaceToDepth", [name], { blocksize: block });
  const blocks = to.node("Reshape", [name, to.integers([n, c, h / block, block, w / block, block])]);
  const cellsFirst = to.node("Transpose", [blocks], { perm: [0, 3, 5, 1, 2, 4] });
  return to.node("Reshape", [cellsFirst, to.integers([n, c * block ** 2, h / block, w / block])]);
}

/** [n, c·block², h, w] → [n, c, h·block, w·block]: the inverse of `spaceToDepth`. */
export function depthToSpace(x: Tensor, block: number): Tensor {
  const [n, c, h, w] = resamplable("depthToSpace", x, block);
  if (c % block ** 2 !== 0) {
    throw shapeError("depthToSpace", `channels that ${block ** 2} divides`, formatShape(x.shape));
  }
  if (block === 1) return x;
  return tensor({
    kind: "depthToSpace",
    shape: [n, c / block ** 2, h * block, w * block],
    inputs: [x],
    attributes: { block },
    emit: (to, inputs) => to.node("DepthToSpace", inputs, { blocksize: block, mode: "DCR" }),
    derivatives: [(upstream) => spaceToDepth(upstream, block)],
  });
}

/** Each cell repeated factor × factor times. */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  const [n, c, h, w] = resamplable("upsampleNearest", x, factor);
  if (factor === 1) return x;
  return tensor({
    kind: "upsampleNearest",
    shape: [n, c, h * factor, w * factor],
    inputs: [x],
    attributes: { factor },
    emit: (to, [name]) =>
      to.node("Resize", [name, "", to.floats(Float32Array.of(1, 1, factor, factor), [4])], {
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      }),
    derivatives: [(upstream) => multiply(factor ** 2, averagePool(upstream, factor))],
  });
}

/** The mean of each factor × factor block of cells. */
export function averagePool(x: Tensor, factor: number): Tensor {
  const [n, c, h, w] = coarsenable("averagePool", x, factor);
  if (factor === 1) return x;
  return tensor({
    kind: "averagePool",
    shape: [n, c, h / factor, w / factor],
    inputs: [x],
    attributes: { factor },
    emit: (to, inputs) => to.node("AveragePool", inputs, { kernel_shape: [factor, factor], strides: [factor, factor] }),
    derivatives: [(upstream) => divide(upsampleNearest(upstream, factor), factor ** 2)],
  });
}

/**
 * Each cell divided into factor × factor by linear interpolation between cell centers, the edge cell going on beyond the edge (PyTorch's
 * align_corners=False):  y at phase p of cell i = (1 − u) x[i + l] + u x[i + l + 1],  (p + ½)/factor − ½ = l + u.
 */
export function upsampleBilinear(x: Tensor, factor: number): Tensor {
  resamplable("upsampleBilinear", x, factor);
  return factor === 1 ? x : interpolated(interpolated(x, 2, factor), 3, factor);
}

/** Phase by phase along one axis; the phases are then laid side by side. */
function interpolated(x: Tensor, axis: 2 | 3, factor: number): Tensor {
  const length = x.shape[axis];
  const beyond = pad(x, axis, 1, 1, "edge");
  const phases = Array.from({ length: factor }, (_, phase) => {
    const offset = (phase + 0.5) / factor - 0.5;
    const low = Math.floor(offset);
    const from = (shift: number): Tensor => slice(beyond, axis, 1 + shift, 1 + shift + length);
    const [near, far] = [multiply(from(low), 1 - (offset - low)), from(low + 1)];
    return reshape(add(near, multiply(far, offset - low)), x.shape.toSpliced(axis + 1, 0, 1));
  });
  return reshape(concat(phases, axis + 1), x.shape.with(axis, length * factor));
}

function resamplable(operation: string, x: Tensor, factor: number): readonly number[] {
  if (!(Number.isInteger(factor) && factor >= 1)) throw new RangeError(`${operation}: a whole factor, got ${factor}`);
  return fourAxes(operation, x.shape);
}

function coarsenable(operation: string, x: Tensor, factor: number): readonly number[] {
  const shape = resamplable(operation, x, factor);
  if (shape[2] % factor !== 0 || shape[3] % factor !== 0) {
    throw shapeError(operation, `height and width that ${factor} divides`, formatShape(shape), "pad the grid first");
  }
  return shape;
}
