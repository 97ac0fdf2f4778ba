/**
 * Group and layer normalization.
 *
 *   x̂ = (x − mean) · r,  r = 1/√(variance + eps),  y = γ x̂ + β      over each group of m values
 *   x̄ = r · (v − mean(v) − x̂ · mean(v x̂)),  v = γ ȳ
 *
 * For groups of whole channels both means follow from Σ ȳ and Σ ȳ x̂ per channel, which γ̄ and β̄ need anyway, so the
 * backward pass goes over the field five times instead of seven.
 * Sources: Wu & He (2018), arXiv:1803.08494; Ba et al. (2016), arXiv:1607.06450.
 * @module
 */
import { formatShape, shapeError } from "../shape.ts";
import { type Emitter, type Tensor, tensor } from "../tensor.ts";
import { add, divide, multiply, negate, sqrt, square, subtract } from "./arithmetic.ts";
import { broadcastTo, reshape } from "./layout.ts";
import { channelAffine, channelProducts, emitChannelAffine } from "./per-channel.ts";
import { reduceMean, reduceSum } from "./reduction.ts";

/**
 * x [n, c, h, w]: each sample's channels, in `groups` runs of neighbours, brought to mean 0 and variance 1, then scaled
 * by gamma [c] and shifted by beta [c].
 */
export function groupNorm(x: Tensor, groups: number, gamma: Tensor, beta: Tensor, eps = 1e-5): Tensor {
  const [n, channels, h, w] = x.shape;
  if (x.shape.length !== 4 || !(Number.isInteger(groups) && groups > 0) || channels % groups !== 0) {
    throw shapeError(
      "groupNorm",
      "[n, c, h, w] with c a multiple of groups",
      `${formatShape(x.shape)}, ${groups} groups`,
    );
  }
  checkAffine("groupNorm", channels, gamma, beta);
  const flatShape = [1, n * groups, (channels / groups) * h * w];
  const standardized = reshape(standardize(reshape(x, flatShape), eps), x.shape);
  return tensor({
    kind: "groupNorm",
    shape: x.shape,
    // x̂ is on the tape, so that recomputation knows of it; how y depends on x through it is in the derivative of x.
    inputs: [x, gamma, beta, standardized],
    attributes: { groups, eps },
    emit: (to, [, gammaName, betaName, unit]) =>
      emitChannelAffine(to, { name: unit, shape: x.shape }, { scale: gammaName, shift: betaName, shared: true }),
    derivatives: [
      (upstream) => groupNormInputGradient(upstream, { x, standardized, gamma, groups, eps }),
      (upstream) => reduceSum(channelProducts(upstream, standardized), [0]),
      (upstream) => reduceSum(upstream, [0, 2, 3]),
    ],
  });
}

/** x [..., d] brought to mean 0 and variance 1 over its last axis, then scaled by gamma [d] and shifted by beta [d]. */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, eps = 1e-5): Tensor {
  const features = x.shape.at(-1);
  if (features === undefined) throw shapeError("layerNorm", "at least one axis", "a scalar");
  checkAffine("layerNorm", features, gamma, beta);
  const standardized = reshape(standardize(reshape(x, [1, -1, features]), eps), x.shape);
  return add(multiply(standardized, gamma), beta);
}

/** x [1, rows, m], each row brought to mean 0 and variance 1. */
export function standardize(x: Tensor, eps: number): Tensor {
  if (x.shape.length !== 3 || x.shape[0] !== 1) throw shapeError("standardize", "[1, rows, m]", formatShape(x.shape));
  const [, rows] = x.shape;
  return tensor({
    kind: "standardize",
    shape: x.shape,
    inputs: [x],
    attributes: { eps },
    emit: (to, [name]) => emitStandardize(to, name, rows, eps),
    derivatives: [
      (upstream, standardized) => {
        const meanOf = (v: Tensor): Tensor => reduceMean(v, [2], { keepDims: true });
        const along = multiply(standardized, meanOf(multiply(upstream, standardized)));
        const [rowsOfX, rowsOfUnit] = [x, standardized].map((v) => reshape(v, [1, rows, 1, -1]));
        const d = reshape(deviation(rowsOfX, rowsOfUnit, eps), [1, rows, 1]);
        return divide(subtract(subtract(upstream, meanOf(upstream)), along), d);
      },
    ],
  });
}

/** The rows of a value [1, rows, m] as the channels of one instance. */
function emitStandardize(to: Emitter, name: string, rows: number, eps: number): string {
  const perRow = (value: number): string => to.floats(new Float32Array(rows).fill(value), [rows]);
  return to.node("InstanceNormalization", [name, perRow(1), perRow(0)], { epsilon: { float: eps } });
}

interface GroupNormTape {
  readonly x: Tensor;
  readonly standardized: Tensor;
  readonly gamma: Tensor;
  readonly groups: number;
  readonly eps: number;
}

/** x̄ = ȳ·(r γ) + (x̂·(−r mean(v x̂)) − r mean(v)), the brackets being one number per channel or group. */
function groupNormInputGradient(upstream: Tensor, { x, standardized, gamma, groups, eps }: GroupNormTape): Tensor {
  const [n, channels, h, w] = x.shape;
  const perGroup = channels / groups;
  const byGroup = (perChannel: Tensor): Tensor => reshape(perChannel, [-1, groups, perGroup]);
  const scale = byGroup(gamma);
  const groupMean = (channelSums: Tensor): Tensor =>
    divide(reduceSum(multiply(byGroup(channelSums), scale), [2], { keepDims: true }), perGroup * h * w);
  const rows = (v: Tensor): Tensor => reshape(v, [n, groups, perGroup * h, w]);
  const r = reshape(divide(1, deviation(rows(x), rows(standardized), eps)), [n, groups, 1]);
  const toChannels = (v: Tensor): Tensor => reshape(broadcastTo(v, [n, groups, perGroup]), [n, channels]);
  const along = toChannels(negate(multiply(r, groupMean(channelProducts(upstream, standardized)))));
  const level = toChannels(negate(multiply(r, groupMean(reduceSum(upstream, [2, 3])))));
  const direct = multiply(upstream, reshape(toChannels(multiply(r, scale)), [n, channels, 1, 1]));
  return add(direct, channelAffine(standardized, along, level));
}

/**
 * d = √(variance + eps) of each row of x [n, rows, h, w], as [n, rows], from x and x̂ without storing a field: their covariance is
 * q = variance / d = d − eps / d, so that d = q/2 + √(q²/4 + eps). The mean of x̂ is zero up to rounding, which times a mean of x far
 * from zero would count.
 */
function deviation(x: Tensor, standardized: Tensor, eps: number): Tensor {
  const [, , h, w] = x.shape;
  const means = [x, standardized].map((v) => reduceMean(v, [2, 3]));
  const covariance = subtract(divide(channelProducts(x, standardized), h * w), multiply(means[0], means[1]));
  const half = divide(covariance, 2);
  return add(half, sqrt(add(square(half), eps)));
}

function checkAffine(operation: string, features: number, gamma: Tensor, beta: Tensor): void {
  if (![gamma, beta].every(({ shape }) => shape.length === 1 && shape[0] === features)) {
    const got = `${formatShape(gamma.shape)} and ${formatShape(beta.shape)}`;
    throw shapeError(operation, `gamma and beta [${features}]`, got);
  }
}
