/**
 * Template 7.42: the integers X compressed by CCSDS 121.0, "lossless data compression" (adaptive Rice coding). Blocks of J
 * samples, r blocks to an interval; each block starts with a few bits, its option:
 *
 *   0, then 0   zeros, in this block and the next few; how many is a run of 0 bits ended by a 1
 *   0, then 1   pairs (a, b), each as a run of (a + b)(a + b + 1)/2 + b 0 bits ended by a 1
 *   1 … m − 1   split at k = option − 1: each sample's high part as a run of 0 bits ended by a 1, then each one's k low bits
 *   m           all its bits set: samples as they are, n bits each
 *
 * With preprocessing, an interval's first sample is itself and each other the difference from the one before, folded to be
 * positive. Sources: CCSDS 121.0-B-3; WMO FM 92 GRIB, templates 5.42 and 7.42. Checked against libaec through ecCodes.
 * @module
 */
import type { Ccsds } from "../sections/data-representation.ts";
import { decodeError, type Section } from "../sections/section.ts";
import { BLOCK_LENGTH, type BlockSink } from "./blocks.ts";
import { packedData } from "./packed-data.ts";

/** Hands every X to `emit`. @throws DecodeError when the stream ends early or says what cannot be. */
export function unpackCcsds(section: Section, count: number, bits: number, ccsds: Ccsds, emit: BlockSink): void {
  const stream: BitStream = { section, view: packedData(section).view, bit: 5 * 8, end: section.view.byteLength * 8 };
  const { blockLength, blocksPerInterval } = ccsds;
  const interval = new Float64Array(Math.min(blocksPerInterval, Math.ceil(count / blockLength)) * blockLength);
  for (let left = count; left > 0; left -= interval.length) {
    const wanted = Math.min(interval.length, left);
    readInterval(stream, interval.subarray(0, Math.ceil(wanted / blockLength) * blockLength), bits, ccsds);
    if (ccsds.preprocess) unfold(interval, wanted, bits);
    if (ccsds.padded) stream.bit = Math.ceil(stream.bit / 8) * 8;
    for (let at = 0; at < wanted; at += BLOCK_LENGTH) {
      const length = Math.min(BLOCK_LENGTH, wanted - at);
      // unfold() needs no sample of the interval before, so the sink may have them.
      emit(interval.subarray(at, at + length), length);
    }
  }
}

/** Section 7 as bits. `view` reaches four octets beyond its end. */
interface BitStream {
  readonly section: Section;
  readonly view: DataView;
  bit: number;
  readonly end: number;
}

/** Zero blocks are counted to 4; the fifth code stands for "to the end of the segment" of 64 blocks. */
const REST_OF_SEGMENT = 5;
const SEGMENT = 64;

/** The samples of one interval, still folded. `samples` is a whole number of blocks: fewer than r at the end of the data. */
function readInterval(stream: BitStream, samples: Float64Array, bits: number, ccsds: Ccsds): void {
  const { blockLength, blocksPerInterval, preprocess } = ccsds;
  const optionBits = bitsOfOption(bits, ccsds.restricted);
  const uncompressed = 2 ** optionBits - 1;
  for (let at = 0; at < samples.length; ) {
    const end = at + blockLength;
    const option = readBits(stream, optionBits);
    const isZeroBlock = option === 0 && readBits(stream, 1) === 0;
    const reference = preprocess && at === 0 ? 1 : 0;
    if (reference === 1 && option !== uncompressed) samples[0] = readBits(stream, bits);
    if (isZeroBlock) {
      const block = at / blockLength;
      const blocks = zeroBlocks(readRun(stream), blocksPerInterval - block, SEGMENT - (block % SEGMENT));
      if (blocks > blocksPerInterval - block) throw impossible(stream, `${blocks} zero blocks`);
      samples.fill(0, at + reference, at + blocks * blockLength);
      at += blocks * blockLength;
      continue;
    }
    if (option === 0) readPairs(stream, samples, at, end, reference);
    else if (option === uncompressed) readPlain(stream, samples, at, end, bits);
    else readSplit(stream, samples, at + reference, end, option - 1, bits);
    at = end;
  }
}

/** Bits of the option, which depend on n. */
function bitsOfOption(bits: number, restricted: boolean): number {
  if (bits > 16) return 5;
  if (bits > 8) return 4;
  if (restricted && bits <= 4) return bits <= 2 ? 1 : 2;
  return 3;
}

function zeroBlocks(run: number, leftInInterval: number, leftInSegment: number): number {
  const code = run + 1;
  if (code === REST_OF_SEGMENT) return Math.min(leftInInterval, leftInSegment);
  return code > REST_OF_SEGMENT ? code - 1 : code;
}

/** More than this has no meaning in a pair: libaec's limit, and the standard's. */
const LONGEST_PAIR_RUN = 90;

function readPairs(stream: BitStream, samples: Float64Array, at: number, end: number, reference: number): void {
  for (let i = at; i < end; i += 2) {
    const run = readRun(stream);
    if (run > LONGEST_PAIR_RUN) throw impossible(stream, `a run of ${run} bits for a pair`);
    const sum = Math.floor((Math.sqrt(8 * run + 1) - 1) / 2);
    const second = run - (sum * (sum + 1)) / 2;
    // The reference has taken the place of its pair's first.
    if (i > at || reference === 0) samples[i] = sum - second;
    samples[i + 1] = second;
  }
}

function readPlain(stream: BitStream, samples: Float64Array, at: number, end: number, bits: number): void {
  for (let i = at; i < end; i++) samples[i] = readBits(stream, bits);
}

function readSplit(stream: BitStream, samples: Float64Array, at: number, end: number, low: number, bits: number): void {
  const unit = 2 ** low;
  const most = 2 ** bits / unit;
  for (let i = at; i < end; i++) {
    const run = readRun(stream);
    if (run >= most) throw impossible(stream, `a sample of more than ${bits} bits`);
    samples[i] = run * unit;
  }
  if (low > 0) for (let i = at; i < end; i++) samples[i] += readBits(stream, low);
}

/** How many 0 bits there are to the next 1, which is passed too. */
function readRun(stream: BitStream): number {
  const { view } = stream;
  for (let run = 0; ; ) {
    const { bit } = stream;
    if (bit >= stream.end) throw tooShort(stream);
    const here = 32 - (bit & 7);
    const zeros = Math.clz32(view.getUint32(bit >>> 3) << (bit & 7));
    if (zeros < here) {
      stream.bit = bit + zeros + 1;
      return run + zeros;
    }
    run += here;
    stream.bit = bit + here;
  }
}

/** An integer of up to 32 bits. */
function readBits(stream: BitStream, width: number): number {
  const { view, bit } = stream;
  const end = bit + width;
  if (end > stream.end) throw tooShort(stream);
  stream.bit = end;
  const octet = bit >>> 3;
  const skip = bit & 7;
  const word = view.getUint32(octet) << skip;
  if (skip + width <= 32) return word >>> (32 - width);
  return (word | (view.getUint8(octet + 4) >>> (8 - skip))) >>> (32 - width);
}

/**
 * Samples from folded differences δ, in place. With x the sample before and θ its distance to the nearer end of the range,
 *
 *   δ ≤ 2 θ   differences take turns: 0, −1, +1, −2, +2 …
 *   δ > 2 θ   beyond the nearer end there is nothing, so δ counts on from there
 */
function unfold(samples: Float64Array, count: number, bits: number): void {
  const most = 2 ** bits - 1;
  let x = samples[0];
  for (let i = 1; i < count; i++) {
    const folded = samples[i];
    const isLow = x + x < most;
    const room = isLow ? x : most - x;
    if (folded <= room + room) x += folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    else x = isLow ? folded : most - folded;
    samples[i] = x;
  }
}

function tooShort({ section, bit }: BitStream): Error {
  return decodeError(section, Math.floor(bit / 8) + 1, "more compressed samples", "the end of the section");
}

function impossible({ section, bit }: BitStream, got: string): Error {
  return decodeError(section, Math.floor(bit / 8) + 1, "a CCSDS stream", got);
}
