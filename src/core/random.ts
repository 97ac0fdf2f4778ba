/**
 * Randomness is an argument, keyed by meaning: (seed, purpose, member, lead, index).
 * The same key gives the same numbers whatever the batch, thread count, machine or resume point.
 *
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a counter-based generator:
 *
 *   key     = (seed, hash(purpose))
 *   counter = (block, index, lead, member)
 *
 * so that any block of any stream can be had without drawing the ones before it.
 * @module
 */

/** What a stream of random numbers is for. All integers are taken modulo 2³². */
export interface RandomKey {
  readonly seed: number;
  /** A short name, e.g. "initial-noise"; two purposes never share numbers. */
  readonly purpose: string;
  readonly member?: number;
  /** Lead in whole seconds, `leadSeconds` (or training step, for training). */
  readonly lead?: number;
  /** A further count within the purpose: the walk, the sample in a batch. */
  readonly index?: number;
}

/** Four uniform 32-bit words of one block. */
export type PhiloxBlock = Uint32Array;

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers; the low ones are `Math.imul`. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  // Both sums lie below 2³².
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) >>> 0;
}

/**
 * One block of Philox4x32-10, written into `out`.
 * Known answers: Random123 1.14, `tests/kat_vectors`, "philox4x32 10".
 */
export function philox4x32(counter: ArrayLike<number>, key: ArrayLike<number>, out: PhiloxBlock): void {
  let c0 = counter[0] >>> 0;
  let c1 = counter[1] >>> 0;
  let c2 = counter[2] >>> 0;
  let c3 = counter[3] >>> 0;
  let k0 = key[0] >>> 0;
  let k1 = key[1] >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = multiplyHigh(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** FNV-1a, 32 bits: turns a purpose into half a key. */
function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Calls `visit` with each block's four words in turn, `count` times. */
function forEachBlock(key: RandomKey, count: number, visit: (block: PhiloxBlock, at: number) => void): void {
  const { seed, purpose, member = 0, lead = 0, index = 0 } = key;
  // A fraction would be cut off, and two keys would share their numbers.
  if (![seed, member, lead, index].every(Number.isSafeInteger)) {
    throw new RangeError(`a random key needs whole numbers, got ${JSON.stringify(key)}`);
  }
  const philoxKey = Uint32Array.of(seed, hashPurpose(purpose));
  const counter = Uint32Array.of(0, index, lead, member);
  const block = new Uint32Array(4);
  for (let at = 0; at < count; at++) {
    counter[0] = at;
    philox4x32(counter, philoxKey, block);
    visit(block, at);
  }
}

const TWO_POW_MINUS_32 = 2 ** -32;

/** `count` uniforms in [0, 1), 32 random bits each. */
export function uniforms(key: RandomKey, count: number): Float64Array {
  const out = new Float64Array(count);
  forEachBlock(key, Math.ceil(count / 4), (block, at) => {
    for (let i = 0; i < 4 && 4 * at + i < count; i++) out[4 * at + i] = block[i] * TWO_POW_MINUS_32;
  });
  return out;
}

/** `count` independent N(0, 1) numbers by Box–Muller in float64, stored as float32. */
export function normals(key: RandomKey, count: number): Float32Array {
  const out = new Float32Array(count);
  forEachBlock(key, Math.ceil(count / 4), (block, at) => {
    for (let pair = 0; pair < 4; pair += 2) {
      const i = 4 * at + pair;
      if (i >= count) return;
      // The half step keeps the logarithm's argument off zero.
      const radius = Math.sqrt(-2 * Math.log((block[pair] + 0.5) * TWO_POW_MINUS_32));
      const angle = 2 * Math.PI * (block[pair + 1] * TWO_POW_MINUS_32);
      out[i] = radius * Math.cos(angle);
      if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
    }
  });
  return out;
}

/** `count` integers uniform in [0, bound), by scaling 32 bits: the bias is below bound · 2⁻³². */
export function integers(key: RandomKey, count: number, bound: number): Uint32Array {
  if (!(bound >= 1 && bound <= 2 ** 32)) throw new RangeError(`bound must be in 1..2^32, got ${bound}`);
  return Uint32Array.from(uniforms(key, count), (u) => Math.floor(u * bound));
}

/** A seeded permutation of 0 … count−1 (Fisher–Yates). */
export function permutation(key: RandomKey, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const draws = uniforms(key, count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draws[i] * (i + 1));
    const held = order[i];
    order[i] = order[j];
    order[j] = held;
  }
  return order;
}
