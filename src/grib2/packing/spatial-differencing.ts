/**
 * Template 7.3, complex packing with spatial differencing: what is packed are differences of neighbors in stored order, less
 * their minimum m. With order 1 and 2,
 *
 *   Xᵢ = Dᵢ + m + Xᵢ₋₁          Xᵢ = Dᵢ + m + 2 Xᵢ₋₁ − Xᵢ₋₂
 *
 * where the first one or two X precede the groups, then m. Missing values are passed over: the neighbor is the last value that
 * is there. Source: WMO FM 92 GRIB, templates 5.3 and 7.3.
 * @module
 */
import type { Differencing } from "../sections/data-representation.ts";
import { signMagnitude } from "../sections/section.ts";
import type { BlockSink } from "./blocks.ts";
import { type PackedData, readIntegers } from "./packed-data.ts";

/**
 * A sink for the differences D that hands X to `emit`. Reads the extra descriptors, and so moves `data` to the groups.
 * Float64 holds every sum exactly: X stays far below 2⁵³.
 */
export function undifference(data: PackedData, { order, octets }: Differencing, emit: BlockSink): BlockSink {
  const descriptors = readIntegers(data, order + 1, 8 * octets, "extra descriptors");
  const minimum = signMagnitude(descriptors[order], 8 * octets);
  const firstValues = descriptors.subarray(0, order);
  return order === 1 ? integrateOnce(firstValues, minimum, emit) : integrateTwice(firstValues, minimum, emit);
}

function integrateOnce([first]: Float64Array, minimum: number, emit: BlockSink): BlockSink {
  let started = false;
  let last = first;
  return (block, count) => {
    let at = 0;
    for (; !started && at < count; at++) {
      if (!isPresent(block[at])) continue;
      block[at] = first;
      started = true;
    }
    last = sumOnce(block, at, count, minimum, last);
    emit(block, count);
  };
}

function integrateTwice(firstValues: Float64Array, minimum: number, emit: BlockSink): BlockSink {
  let started = 0;
  const state: LastTwo = { last: firstValues[1], beforeLast: firstValues[0] };
  return (block, count) => {
    let at = 0;
    for (; started < 2 && at < count; at++) if (isPresent(block[at])) block[at] = firstValues[started++];
    sumTwice(block, at, count, minimum, state);
    emit(block, count);
  };
}

/** Xᵢ in place of Dᵢ, from `at` on; gives the last X. A missing value (NaN) is nobody's neighbor. */
function sumOnce(block: Float64Array, at: number, count: number, minimum: number, last: number): number {
  let previous = last;
  for (let index = at; index < count; index++) {
    const x = block[index] + minimum + previous;
    block[index] = x;
    if (isPresent(x)) previous = x;
  }
  return previous;
}

interface LastTwo {
  last: number;
  beforeLast: number;
}

/**
 * The same twice, in the form that needs the last X and the last difference; `state` holds the two X before `at` and then the
 * two before the next block.
 */
function sumTwice(block: Float64Array, at: number, count: number, minimum: number, state: LastTwo): void {
  let { last } = state;
  let difference = last - state.beforeLast;
  for (let index = at; index < count; index++) {
    const change = block[index] + minimum;
    if (isPresent(change)) {
      difference += change;
      last += difference;
      block[index] = last;
    }
  }
  state.last = last;
  state.beforeLast = last - difference;
}

/** Not NaN, in the form that compiles to one comparison. */
function isPresent(x: number): boolean {
  return x === x;
}
