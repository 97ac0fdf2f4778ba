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
    emit: (to, [, gammaName, betaName, unit]) => {
      const perChannel = (name: string): string => to.node("Reshape", [name, to.integers([1, channels, 1, 1])]);
      return to.node("Add", [to.node("Mul", [unit, perChannel(gammaName)]), perChannel(betaName)]);
    },
    derivatives: [
      (upstream) => groupNormInputGradient(upstream, { x, standardized, gamma, groups, eps }),
      (upstream) => reduceSum(multiply(upstream, standardized), [0, 2, 3]),
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
        return multiply(inverseDeviation(x, eps), subtract(subtract(upstream, meanOf(upstream)), along));
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

/** x̄ = ȳ·(r γ) − x̂·(r mean(v x̂)) − r mean(v), the brackets being one number per channel or group. */
function groupNormInputGradient(upstream: Tensor, { x, standardized, gamma, groups, eps }: GroupNormTape): Tensor {
  const [n, channels, h, w] = x.shape;
  const perGroup = channels / groups;
  const count = perGroup * h * w;
  const byGroup = (perChannel: Tensor): Tensor => reshape(perChannel, [-1, groups, perGroup]);
  const channelSum = (v: Tensor): Tensor => byGroup(reduceSum(v, [2, 3]));
  const scale = byGroup(gamma);
  const groupMean = (v: Tensor): Tensor =>
    divide(reduceSum(multiply(channelSum(v), scale), [2], { keepDims: true }), count);
  const r = reshape(inverseDeviation(reshape(x, [1, n * groups, count]), eps), [n, groups, 1]);
  const toField = (v: Tensor): Tensor => reshape(v, [v.shape[0], -1, 1, 1]);
  const spread = (v: Tensor): Tensor => toField(broadcastTo(v, [n, groups, perGroup]));
  const direct = multiply(upstream, toField(multiply(r, scale)));
  const along = multiply(standardized, spread(negate(multiply(r, groupMean(multiply(upstream, standardized))))));
  return add(add(direct, along), spread(negate(multiply(r, groupMean(upstream)))));
}

/** 1/√(variance + eps) of each row of x [1, rows, m], as [1, rows, 1]; the variance around the mean, so that none is lost. */
function inverseDeviation(x: Tensor, eps: number): Tensor {
  const centered = subtract(x, reduceMean(x, [2], { keepDims: true }));
  const variance = reduceMean(square(centered), [2], { keepDims: true });
  return divide(1, sqrt(add(variance, eps)));
}

function checkAffine(operation: string, features: number, gamma: Tensor, beta: Tensor): void {
  if (![gamma, beta].every(({ shape }) => shape.length === 1 && shape[0] === features)) {
    const got = `${formatShape(gamma.shape)} and ${formatShape(beta.shape)}`;
    throw shapeError(operation, `gamma and beta [${features}]`, got);
  }
}
