/**
 * What a network is asked to make small: scalars. A mask is a tensor of weights that broadcasts to the values: 0 where nothing is known,
 * one number a channel, or one a cell.
 * @module
 */
import { abs, add, divide, multiply, sqrt, square, subtract } from "./ops/arithmetic.ts";
import { broadcastTo } from "./ops/layout.ts";
import { matmul } from "./ops/matrix.ts";
import { reduceMean, reduceSum } from "./ops/reduction.ts";
import { formatShape, shapeError } from "./shape.ts";
import { constant, type Tensor } from "./tensor.ts";

/**
 * mean (a − b)², or with a mask:  Σ mask (a − b)² / Σ mask.
 * A mask that is zero everywhere gives NaN.
 */
export function meanSquaredError(a: Tensor, b: Tensor, mask?: Tensor): Tensor {
  return weightedMean(square(subtract(a, b)), mask);
}

/** mean |a − b|, or with a mask:  Σ mask |a − b| / Σ mask. */
export function meanAbsoluteError(a: Tensor, b: Tensor, mask?: Tensor): Tensor {
  return weightedMean(abs(subtract(a, b)), mask);
}

/**
 * mean | |F a| − |F b| |, F the orthonormal discrete Fourier transform of each field over its last two axes: what is wrong with how much of
 * each wavelength there is, wherever it is. The amplitude is √(re² + im² + 10⁻⁶), for a derivative at zero. By matrix products, so the cost
 * grows with (ny + nx) for each cell: for coarse fields and cuts.
 * a, b: [n, c, ny, nx].
 */
export function spectralError(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length !== 4 || a.shape.join() !== b.shape.join()) {
    throw shapeError("spectralError", "two of [n, c, ny, nx]", `${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  return reduceMean(abs(subtract(amplitudes(a), amplitudes(b))));
}

const AMPLITUDE_FLOOR = 1e-6;

/** |F x| of each field. With F = C − iS along an axis: re = C x C′ − S x S′, im = −(C x S′ + S x C′). */
function amplitudes(x: Tensor): Tensor {
  const [, , ny, nx] = x.shape;
  const [rows, columns] = [waves(ny), waves(nx)];
  const [cosines, sines] = [matmul(rows.cos, x), matmul(rows.sin, x)];
  const re = subtract(matmul(cosines, columns.cos), matmul(sines, columns.sin));
  const im = add(matmul(cosines, columns.sin), matmul(sines, columns.cos));
  return sqrt(add(add(square(re), square(im)), AMPLITUDE_FLOOR));
}

/** cos and sin of 2π jk / n, divided by √n: [n, n], symmetric. */
function waves(n: number): { cos: Tensor; sin: Tensor } {
  const table = (wave: (angle: number) => number): Tensor =>
    constant(
      Float32Array.from({ length: n * n }, (_, at) => {
        const turns = ((Math.floor(at / n) * (at % n)) % n) / n;
        return wave(2 * Math.PI * turns) / Math.sqrt(n);
      }),
      [n, n],
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

function weightedMean(errors: Tensor, mask: Tensor | undefined): Tensor {
  if (mask === undefined) return reduceMean(errors);
  const weights = broadcastTo(mask, errors.shape);
  const repeats = errors.shape.reduce((product, length) => product * length, 1);
  const perWeight = repeats / mask.shape.reduce((product, length) => product * length, 1);
  return divide(reduceSum(multiply(errors, weights)), multiply(perWeight, reduceSum(mask)));
}
