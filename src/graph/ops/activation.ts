/**
 * Elementwise functions that bend: exponentials, trigonometry and the nonlinearities of networks.
 *
 *   silu(x) = x σ(x)        silu′ = σ + silu · (1 − σ), from the output and σ, without another exponential
 *   gelu(x) = x Φ(x) = x/2 · (1 + erf(x/√2))
 * @module
 */
import { type Tensor, tensor } from "../tensor.ts";
import { add, divide, multiply, negate, square, subtract, unary } from "./arithmetic.ts";

export function exp(x: Tensor): Tensor {
  return unary("exp", "Exp", x, (upstream, result) => multiply(upstream, result));
}

/** The natural logarithm; NaN below 0. */
export function log(x: Tensor): Tensor {
  return tensor({
    kind: "log",
    shape: x.shape,
    inputs: [x],
    emit: (to, [name]) => {
      // ONNX Runtime's Log rounds differently at the ends of each thread's share; the log of a sum of one does not.
      const alone = to.node("Reshape", [name, to.integers([...x.shape, 1])]);
      return to.node("ReduceLogSum", [alone, to.integers([x.shape.length])], { keepdims: 0 });
    },
    derivatives: [(upstream) => divide(upstream, x)],
  });
}

export function sin(x: Tensor): Tensor {
  return unary("sin", "Sin", x, (upstream) => multiply(upstream, cos(x)));
}

export function cos(x: Tensor): Tensor {
  return unary("cos", "Cos", x, (upstream) => negate(multiply(upstream, sin(x))));
}

export function tanh(x: Tensor): Tensor {
  return unary("tanh", "Tanh", x, (upstream, y) => multiply(upstream, subtract(1, square(y))));
}

export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", "Sigmoid", x, (upstream, y) => multiply(upstream, multiply(y, subtract(1, y))));
}

export function silu(x: Tensor): Tensor {
  return tensor({
    kind: "silu",
    shape: x.shape,
    inputs: [x],
    emit: (to, [name]) =>
      to.has("QuickGelu")
        ? to.node("QuickGelu", [name], { alpha: { float: 1 } }, "com.microsoft")
        : to.node("Mul", [name, to.node("Sigmoid", [name])]),
    derivatives: [
      (upstream, y) => {
        const gate = sigmoid(x);
        return multiply(upstream, add(gate, multiply(y, subtract(1, gate))));
      },
    ],
  });
}

export function gelu(x: Tensor): Tensor {
  return multiply(multiply(0.5, x), add(1, erf(multiply(Math.SQRT1_2, x))));
}

/** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(x: Tensor): Tensor {
  return unary("erf", "Erf", x, (upstream) =>
    multiply(upstream, multiply(2 / Math.sqrt(Math.PI), exp(negate(square(x))))),
  );
}

/**
 * Dropout (Srivastava et al. 2014): x · keep / (1 − rate). `keep` is a tensor of ones and zeros that broadcasts to x and comes in from
 * outside, so that what is dropped is keyed and repeatable; feed ones and rate 0 when nothing is to be dropped.
 */
export function dropout(x: Tensor, keep: Tensor, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: a rate in 0 … 1, got ${rate}`);
  return multiply(multiply(x, keep), 1 / (1 - rate));
}
