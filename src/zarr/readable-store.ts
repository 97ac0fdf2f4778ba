/**
 * What a group is read from: keys to bytes. zarrita's contract, in words of our own, so that programs which use Updraft need no types of
 * zarrita's (its declarations do not pass a strict compiler).
 * @module
 */

/** The bytes `offset` to `offset + length`, or the last `suffixLength`. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

export interface ReadableStore {
  /** The value of a key, `undefined` where there is none. */
  get(key: `/${string}`): Promise<Uint8Array | undefined>;
  /** A part of it. Without this, whole values are read. */
  getRange?(key: `/${string}`, range: ByteRange): Promise<Uint8Array | undefined>;
}
