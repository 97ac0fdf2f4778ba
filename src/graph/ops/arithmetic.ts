/**
 * Elementwise sums and products with numpy's broadcasting, and the powers.
 *
 * The derivative of a broadcast operand is summed over the axes it was repeated along (`sumToShape`).
 * Identities that change no value are folded at once: x + 0, x · 1, x / 1, and constants with constants.
 * x · 0 is kept, because 0 · NaN is NaN.
 * @module
 */
import { broadcastShape, formatShape, sameShape, shapeError } from "../shape.ts";
import { constant, type Derivative, scalarValue, type Tensor, tensor } from "../tensor.ts";
import { sign } from "./comparison.ts";
import { sumToShape } from "./reduction.ts";

/** A tensor, or a number standing for a scalar constant. */
export type Operand = Tensor | number;

export function add(a: Operand, b: Operand): Tensor {
  return binary("add", "Add", a, b, {
    neutral: { left: 0, right: 0 },
    fold: (x, y) => x + y,
    towardA: (upstream) => upstream,
    towardB: (upstream) => upstream,
  });
}

export function subtract(a: Operand, b: Operand): Tensor {
  return binary("subtract", "Sub", a, b, {
    neutral: { right: 0 },
    fold: (x, y) => x - y,
    towardA: (upstream) => upstream,
    towardB: (upstream) => negate(upstream),
  });
}

export function multiply(a: Operand, b: Operand): Tensor {
  return binary("multiply", "Mul", a, b, {
    neutral: { left: 1, right: 1 },
    fold: (x, y) => x * y,
    towardA: (upstream) => multiply(upstream, b),
    towardB: (upstream) => multiply(upstream, a),
  });
}

export function divide(a: Operand, b: Operand): Tensor {
  return binary("divide", "Div", a, b, {
    neutral: { right: 1 },
    fold: (x, y) => x / y,
    towardA: (upstream) => divide(upstream, b),
    towardB: (upstream, quotient) => negate(divide(multiply(upstream, quotient), b)),
  });
}

/** The smaller of two; NaN when either is. Where they are equal, each gets half the derivative. */
export function minimum(a: Operand, b: Operand): Tensor {
  return binary("minimum", "Min", a, b, {
    towardA: (upstream) => multiply(upstream, shareOfLarger(b, a)),
    towardB: (upstream) => multiply(upstream, shareOfLarger(a, b)),
  });
}

/** The larger of two; NaN when either is. Where they are equal, each gets half the derivative. */
export function maximum(a: Operand, b: Operand): Tensor {
  return binary("maximum", "Max", a, b, {
    towardA: (upstream) => multiply(upstream, shareOfLarger(a, b)),
    towardB: (upstream) => multiply(upstream, shareOfLarger(b, a)),
  });
}

export function negate(x: Tensor): Tensor {
  return unary("negate", "Neg", x, (upstream) => negate(upstream));
}

export function abs(x: Tensor): Tensor {
  return unary("abs", "Abs", x, (upstream) => multiply(upstream, sign(x)));
}

export function square(x: Tensor): Tensor {
  return tensor({
    kind: "square",
    shape: x.shape,
    inputs: [x],
    emit: (to, [name]) => to.node("Mul", [name, name]),
    derivatives: [(upstream) => multiply(upstream, multiply(2, x))],
  });
}

export function sqrt(x: Tensor): Tensor {
  return unary("sqrt", "Sqrt", x, (upstream, root) => divide(multiply(0.5, upstream), root));
}

/** x to a fixed power. A negative x with a fractional power is NaN. */
export function power(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  if (exponent === 2) return square(x);
  if (exponent === 0.5) return sqrt(x);
  return tensor({
    kind: "power",
    shape: x.shape,
    inputs: [x],
    attributes: { exponent },
    emit: (to, [name]) => to.node("Pow", [name, to.floats(Float32Array.of(exponent), [])]),
    derivatives: [(upstream) => multiply(upstream, multiply(exponent, power(x, exponent - 1)))],
  });
}

/** An elementwise operation that is one ONNX node without settings. */
export function unary(kind: string, operator: string, x: Tensor, derivative: Derivative): Tensor {
  return tensor({
    kind,
    shape: x.shape,
    inputs: [x],
    emit: (to, inputs) => to.node(operator, inputs),
    derivatives: [derivative],
  });
}

interface BinaryRules {
  /** The scalar constant that, on that side, leaves the other operand as it is. */
  readonly neutral?: { readonly left?: number; readonly right?: number };
  /** The value when both are scalar constants. */
  readonly fold?: (a: number, b: number) => number;
  /** Derivatives at the shape of the result; they are summed to the operand's shape here. */
  readonly towardA: Derivative;
  readonly towardB: Derivative;
}

function binary(kind: string, operator: string, left: Operand, right: Operand, rules: BinaryRules): Tensor {
  const [a, b] = withoutRepetition(asTensor(left), asTensor(right));
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === undefined) {
    throw shapeError(kind, "shapes that broadcast", `${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  const valueA = scalarValue(a);
  const valueB = scalarValue(b);
  if (valueA !== undefined && valueB !== undefined && rules.fold) {
    return constant(rules.fold(valueA, valueB), shape);
  }
  if (valueA !== undefined && valueA === rules.neutral?.left && sameShape(shape, b.shape)) return b;
  if (valueB !== undefined && valueB === rules.neutral?.right && sameShape(shape, a.shape)) return a;
  return tensor({
    kind,
    shape,
    inputs: [a, b],
    emit: (to, inputs) => to.node(operator, inputs),
    derivatives: [
      (upstream, result) => sumToShape(rules.towardA(upstream, result), a.shape),
      (upstream, result) => sumToShape(rules.towardB(upstream, result), b.shape),
    ],
  });
}

export function asTensor(operand: Operand): Tensor {
  return typeof operand === "number" ? constant(operand) : operand;
}

/** An operand that was only repeated to the shape of the other is used unrepeated: the operation broadcasts by itself. */
function withoutRepetition(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  if (a.kind === "broadcastTo" && sameShape(a.shape, b.shape) && b.kind !== "broadcastTo") return [a.inputs[0], b];
  if (b.kind === "broadcastTo" && sameShape(a.shape, b.shape) && a.kind !== "broadcastTo") return [a, b.inputs[0]];
  return [a, b];
}

/** 1 where a > b, 0 where a < b, ½ where they are equal. */
function shareOfLarger(a: Operand, b: Operand): Tensor {
  return add(0.5, multiply(0.5, sign(subtract(a, b))));
}
