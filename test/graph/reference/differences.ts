/**
 * Central differences in float64:  ∂f/∂xₖ ≈ (f(x + h eₖ) − f(x − h eₖ)) / 2h,  error of order h².
 * @module
 */
import type { Tensor } from "../../../src/graph/index.ts";
import { evaluate, type Feeds } from "./evaluate.ts";

const STEP = 1e-5;

/** The derivative of a scalar toward element `index` of the leaf `name`. */
export function centralDifference(scalar: Tensor, feeds: Feeds, name: string, index: number): number {
  const at = (step: number): number => {
    const moved = Float64Array.from(feeds[name]);
    moved[index] += step;
    return evaluate([scalar], { ...feeds, [name]: moved })[0][0];
  };
  return (at(STEP) - at(-STEP)) / (2 * STEP);
}
