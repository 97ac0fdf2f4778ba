/**
 * The endless stream of training samples: pass after pass over all of them, each pass in an order of its own. Sample n is a function of n
 * and the seed alone, so training that resumes sees what it would have seen.
 * @module
 */
import { permutation } from "../core/index.ts";

/** Index of the sample at place n of the stream; the order of the latest pass is remembered. */
export function sampleOrder(count: number, seed: number, stage: string): (n: number) => number {
  let pass = -1;
  let order: Uint32Array = new Uint32Array(0);
  return (n) => {
    const wanted = Math.floor(n / count);
    if (wanted !== pass) {
      pass = wanted;
      order = permutation({ seed, purpose: `order ${stage}`, index: pass }, count);
    }
    return order[n % count];
  };
}
