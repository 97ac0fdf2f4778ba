/**
 * The integers X on their way from packed bits to values: in blocks small enough to stay in the processor's cache, each handed
 * through the same buffer. A whole field of X would be as large again as twice the result, and writing it out and reading it
 * back took longer than all arithmetic together (docs/design/0002).
 * @module
 */

/** Numbers in a block: 32 KiB of float64. */
export const BLOCK_LENGTH = 4096;

/**
 * Takes the first `count` numbers of `block`, NaN where missing, in stored order. They are gone after it returns; it may change
 * them in place.
 */
export type BlockSink = (block: Float64Array, count: number) => void;
