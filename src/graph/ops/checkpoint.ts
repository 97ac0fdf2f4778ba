/**
 * Two operations that change no value and decide what is remembered and when something is computed.
 * @module
 */
import { type Tensor, tensor } from "../tensor.ts";

/** x, marked as the end of a block: what recomputation of blocks keeps, and begins from. Nothing is written for it. */
export function checkpoint(x: Tensor): Tensor {
  return tensor({
    kind: "checkpoint",
    shape: x.shape,
    inputs: [x],
    emit: (_, [name]) => name,
    derivatives: [(upstream) => upstream],
  });
}

/**
 * x, but not before `signal` is known, and under another name, so that what is made of it is made anew.
 *
 * A product with a one that is chosen, one way or the other, by whether the first number of the signal equals itself: exact, NaN included,
 * and ONNX Runtime does not see through it. (It would through a reshape, which copies nothing: neighboring reshapes are fused.)
 */
export function onceKnown(x: Tensor, signal: Tensor): Tensor {
  return tensor({
    kind: "onceKnown",
    shape: x.shape,
    inputs: [x, signal],
    emit: (to, [name, signalName]) => {
      const row = to.node("Reshape", [signalName, to.integers([-1])]);
      const [zeroth, first] = [to.integers([0]), to.integers([1])];
      const number = to.node("Slice", [row, zeroth, first, zeroth, first]);
      const one = to.floats(Float32Array.of(1), [1]);
      const chosen = to.node("Where", [to.node("Equal", [number, number]), one, one]);
      return to.node("Mul", [name, chosen]);
    },
    derivatives: [(upstream) => upstream, undefined],
  });
}
