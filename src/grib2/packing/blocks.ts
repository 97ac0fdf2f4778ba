/**
 * The integers X on their way from packed bits to values: in blocks that stay in the processor's cache, each handed through the
 * same buffer from one step to the next. No step needs a field of X, which would be twice as large as the result.
 * @module
 */

/** Numbers in a block: 32 KiB of float64. */
export const BLOCK_LENGTH = 4096;

/**
 * Takes the first `count` numbers of `block`, NaN where missing, in stored order. They are gone after it returns; it may change
 * them in place.
 */
export type BlockSink = (block: Float64Array, count: number) => void;
