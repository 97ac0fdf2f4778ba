/**
 * Networks that halve the grid need sides divisible by a power of two; HRRR's 1059 x 1799 is not. States are padded on the
 * north and east by repeating the edge, the loss is masked there, and the pad is cut off before anyone sees it (decision 9).
 * @module
 */

export interface PaddedSize {
  readonly ny: number;
  readonly nx: number;
}

/** Both sides rounded up to a multiple: 1059 x 1799 becomes 1072 x 1808 for 16. */
export function paddedSize({ ny, nx }: PaddedSize, multiple: number): PaddedSize {
  return { ny: Math.ceil(ny / multiple) * multiple, nx: Math.ceil(nx / multiple) * multiple };
}

/** values: [planes, from.ny, from.nx] → [planes, to.ny, to.nx], edge cells repeated. */
export function padEdges(values: Float32Array, planes: number, from: PaddedSize, to: PaddedSize): Float32Array {
  const out = new Float32Array(planes * to.ny * to.nx);
  for (let plane = 0; plane < planes; plane++) {
    for (let j = 0; j < to.ny; j++) {
      const source = (plane * from.ny + Math.min(j, from.ny - 1)) * from.nx;
      const target = (plane * to.ny + j) * to.nx;
      out.set(values.subarray(source, source + from.nx), target);
      out.fill(values[source + from.nx - 1], target + from.nx, target + to.nx);
    }
  }
  return out;
}

/** values: [planes, from.ny, from.nx] → its south-west [planes, to.ny, to.nx]: the inverse of `padEdges`. */
export function cropPadding(values: Float32Array, planes: number, from: PaddedSize, to: PaddedSize): Float32Array {
  const out = new Float32Array(planes * to.ny * to.nx);
  for (let row = 0; row < planes * to.ny; row++) {
    const source = (Math.floor(row / to.ny) * from.ny + (row % to.ny)) * from.nx;
    out.set(values.subarray(source, source + to.nx), row * to.nx);
  }
  return out;
}

/** 1 on real cells, 0 on the pad: [to.ny, to.nx]. */
export function paddingMask(from: PaddedSize, to: PaddedSize): Float32Array {
  const mask = new Float32Array(to.ny * to.nx);
  for (let j = 0; j < from.ny; j++) mask.fill(1, j * to.nx, j * to.nx + from.nx);
  return mask;
}
