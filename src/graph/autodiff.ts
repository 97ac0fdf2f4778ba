/**
 * Reverse-mode differentiation on the tape:
 *
 *   x̄ = Σ over the uses y of x:  ȳᵀ ∂y/∂x,      starting from  loss‾ = 1
 *
 * The gradients are tensors of the same graph, so one emission computes both, and they can be differentiated again.
 * Source: Griewank & Walther (2008), Evaluating Derivatives, ch. 3.
 * @module
 */

import { add } from "./ops/arithmetic.ts";
import { onceKnown } from "./ops/checkpoint.ts";
import { broadcastTo, concat, reshape, slice } from "./ops/layout.ts";
import { type Recomputation, recompute } from "./recompute.ts";
import { formatShape, sameShape, shapeError } from "./shape.ts";
import { topologicalOrder } from "./tape.ts";
import { constant, type Tensor } from "./tensor.ts";

export interface GradientOptions {
  /** What the backward pass computes again instead of remembering it; default nothing. */
  readonly recompute?: Recomputation;
}

/**
 * d loss / d w for each w of `wrt`, in its shape; zeros for a w that the loss does not depend on.
 * @throws ShapeError when the loss is not a scalar.
 * @example
 * const [dWeight] = gradients(meanSquaredError(linear(x, weight), y), [weight]);
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[], { recompute: again }: GradientOptions = {}): Tensor[] {
  if (loss.shape.length !== 0) {
    throw shapeError("gradients", "a scalar loss", formatShape(loss.shape), "reduce it with reduceMean or reduceSum");
  }
  const order = topologicalOrder([loss]);
  const wanted = new Set(wrt);
  const dependent = dependentOn(order, wanted);
  const cotangents = new Map<Tensor, Tensor>([[loss, constant(1)]]);
  for (const result of order.toReversed()) {
    const upstream = cotangents.get(result);
    if (upstream === undefined || !dependent.has(result)) continue;
    // With recomputation parameters come first, and a convolution's input waits for them: what only they need of the field can be freed.
    const paced = again !== undefined && result.kind === "conv2d";
    const places = [...result.inputs.keys()];
    const before: Tensor[] = [];
    for (const k of paced ? places.toReversed() : places) {
      const source = result.inputs[k];
      const derivative = result.derivatives[k];
      if (derivative === undefined || !dependent.has(source)) continue;
      const free = derivative(upstream, result);
      const contribution = k === 0 && before.length > 0 ? onceKnown(free, firstNumbers(before)) : free;
      if (paced && wanted.has(source)) before.push(contribution);
      if (!sameShape(contribution.shape, source.shape)) {
        throw new Error(`derivative ${k} of ${result.kind} has ${formatShape(contribution.shape)}, a bug in Updraft`);
      }
      const sum = cotangents.get(source);
      cotangents.set(source, sum === undefined ? contribution : add(sum, contribution));
    }
  }
  const results = wrt.map((w) => cotangents.get(w) ?? broadcastTo(constant(0), w.shape));
  return again === undefined ? results : recompute(results, { forward: order, cotangents }, again);
}

/** Known when all of them are. */
function firstNumbers(all: readonly Tensor[]): Tensor {
  return concat(
    all.map((x) => slice(reshape(x, [-1]), 0, 0, 1)),
    0,
  );
}

/** The tensors of the tape from which a path of derivatives leads to one of `wrt`. */
function dependentOn(order: readonly Tensor[], wrt: ReadonlySet<Tensor>): ReadonlySet<Tensor> {
  const dependent = new Set<Tensor>();
  for (const x of order) {
    if (wrt.has(x) || x.inputs.some((source, k) => x.derivatives[k] !== undefined && dependent.has(source))) {
      dependent.add(x);
    }
  }
  return dependent;
}
