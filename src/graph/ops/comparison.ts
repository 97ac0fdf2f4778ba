/**
 * Comparing and choosing. Nothing flows back through a comparison; through `where` it flows to the chosen side only.
 * To keep a missing datum out of a gradient, choose before computing with it: square(where(known, x, 0)), since in
 * where(known, square(x), 0) the derivative 0 · 2x of the other side is still NaN.
 * @module
 */
import { broadcastShape, formatShape, shapeError } from "../shape.ts";
import { type Emitter, type Tensor, tensor } from "../tensor.ts";
import { asTensor, type Operand } from "./arithmetic.ts";
import { sumToShape } from "./reduction.ts";

/** True where a > b, as a bool tensor for `where`. */
export function greater(left: Operand, right: Operand): Tensor {
  const [a, b] = [asTensor(left), asTensor(right)];
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === undefined) {
    throw shapeError("greater", "shapes that broadcast", `${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  return tensor({
    kind: "greater",
    shape,
    dtype: "bool",
    inputs: [a, b],
    emit: (to, inputs) => to.node("Greater", inputs),
    derivatives: [undefined, undefined],
  });
}

/** whenTrue where the condition holds, whenFalse elsewhere; all three broadcast. */
export function where(condition: Tensor, whenTrue: Operand, whenFalse: Operand): Tensor {
  const [a, b] = [asTensor(whenTrue), asTensor(whenFalse)];
  const branches = broadcastShape(a.shape, b.shape);
  const shape = branches && broadcastShape(condition.shape, branches);
  if (shape === undefined || condition.dtype !== "bool") {
    const shapes = [condition, a, b].map((x) => formatShape(x.shape)).join(", ");
    throw shapeError("where", "a bool condition and shapes that broadcast", `a ${condition.dtype} one, ${shapes}`);
  }
  return tensor({
    kind: "where",
    shape,
    inputs: [condition, a, b],
    emit: (to, inputs) => to.node("Where", inputs),
    derivatives: [
      undefined,
      (upstream) => sumToShape(where(condition, upstream, 0), a.shape),
      (upstream) => sumToShape(where(condition, 0, upstream), b.shape),
    ],
  });
}

/** −1, 0 or 1. */
export function sign(x: Tensor): Tensor {
  return tensor({
    kind: "sign",
    shape: x.shape,
    inputs: [x],
    emit: (to, [name]) => (to.has("Sign") ? to.node("Sign", [name]) : emitSign(to, name)),
    derivatives: [undefined],
  });
}

/** What is neither above nor below zero is zero, or NaN: it stays as it is. */
function emitSign(to: Emitter, name: string): string {
  const [zero, one, minusOne] = [0, 1, -1].map((value) => to.floats(Float32Array.of(value), []));
  const unlessBelow = to.node("Where", [to.node("Greater", [zero, name]), minusOne, name]);
  return to.node("Where", [to.node("Greater", [name, zero]), one, unlessBelow]);
}
