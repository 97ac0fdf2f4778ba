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

function integrateOnce(firstValues: Float64Array, minimum: number, emit: BlockSink): BlockSink {
  let started = 0;
  let last = firstValues[0];
  return (block, count) => {
    let at = 0;
    for (; started < 1 && at < count; at++) if (isPresent(block[at])) block[at] = firstValues[started++];
    const m = minimum;
    let previous = last;
    for (; at < count; at++) {
      const x = block[at] + m + previous;
      block[at] = x;
      if (isPresent(x)) previous = x;
    }
    last = previous;
    emit(block, count);
  };
}

function integrateTwice(firstValues: Float64Array, minimum: number, emit: BlockSink): BlockSink {
  let started = 0;
  let [beforeLast, last] = firstValues;
  return (block, count) => {
    let at = 0;
    for (; started < 2 && at < count; at++) if (isPresent(block[at])) block[at] = firstValues[started++];
    const m = minimum;
    let previous = last;
    let beforePrevious = beforeLast;
    for (; at < count; at++) {
      const x = block[at] + m + 2 * previous - beforePrevious;
      block[at] = x;
      // A missing value (NaN) is nobody's neighbor.
      if (isPresent(x)) {
        beforePrevious = previous;
        previous = x;
      }
    }
    last = previous;
    beforeLast = beforePrevious;
    emit(block, count);
  };
}

/** Not NaN, in the form that compiles to one comparison. */
function isPresent(x: number): boolean {
  return x === x;
}
