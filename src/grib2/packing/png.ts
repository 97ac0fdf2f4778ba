/**
 * Template 7.41: the integers X are the pixels of a PNG picture, row by row. 1, 2, 4, 8 and 16 bits are shades of gray; 24 and
 * 32 bits are the octets of an RGB or RGBA pixel, the first one highest. Sources: WMO FM 92 GRIB, templates 5.41 and 7.41; PNG,
 * third edition, W3C 2025.
 *
 * Our own reader: it takes only what GRIB2 uses, checks every CRC, and stops inflating when the picture is full.
 * @module
 */
import { FlateErrorCode, Unzlib } from "fflate";
import { decodeError, type Section } from "../sections/section.ts";
import { unpackBits } from "./bits.ts";
import { BLOCK_LENGTH, type BlockSink } from "./blocks.ts";

/** Hands every X to `emit`. @throws DecodeError when the picture is damaged, of another kind, or not of `count` pixels. */
export function unpackPng(section: Section, count: number, emit: BlockSink): void {
  const chunks = readChunks(section);
  const { width, height, bits } = readHeader(section, chunks, count);
  const rowOctets = Math.ceil((width * bits) / 8);
  const lines = inflate(section, chunks, height * (1 + rowOctets));
  unfilter(section, lines, height, rowOctets, Math.max(1, bits >> 3));
  emitRows(lines, { width, height, bits, rowOctets }, emit);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = [0x89504e47, 0x0d0a1a0a];
/** Octet of section 7 where the picture starts. */
const START = 6;
/** What a chunk has beside its data: length, type and CRC. */
const FRAME = 12;

/** All chunks to the end of the picture, their CRCs checked. */
function readChunks(section: Section): Chunk[] {
  const { view } = section;
  const complain = (at: number, expected: string, got: string): Error => decodeError(section, at + 1, expected, got);
  if (view.byteLength < START + 7 || SIGNATURE.some((word, i) => view.getUint32(START - 1 + 4 * i) !== word)) {
    throw complain(START - 1, "a PNG picture", "something else");
  }
  const chunks: Chunk[] = [];
  for (let at = START + 7; chunks.at(-1)?.type !== "IEND"; ) {
    const left = view.byteLength - at;
    const length = left < FRAME ? 0 : view.getUint32(at);
    if (left < FRAME + length) throw complain(at, `a PNG chunk of ${FRAME + length} octets`, `${left}`);
    const checked = new Uint8Array(view.buffer, view.byteOffset + at + 4, 4 + length);
    const type = String.fromCharCode(...checked.subarray(0, 4));
    const crc = view.getUint32(at + 8 + length);
    if (crc32(checked) !== crc) throw complain(at, `PNG chunk ${JSON.stringify(type)} with its CRC`, "another CRC");
    chunks.push({ type, data: checked.subarray(4) });
    at += FRAME + length;
  }
  return chunks;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Per pixel. */
  readonly bits: number;
}

/** Color type, bits of a sample and bits of a pixel. */
const KINDS: readonly (readonly [color: number, depth: number, bits: number])[] = [
  [0, 1, 1],
  [0, 2, 2],
  [0, 4, 4],
  [0, 8, 8],
  [0, 16, 16],
  [2, 8, 24],
  [6, 8, 32],
];

function readHeader(section: Section, [header]: readonly Chunk[], count: number): Picture {
  const complain = (expected: string, got: string): Error => decodeError(section, START + 8, expected, got);
  if (header.type !== "IHDR" || header.data.length !== 13) throw complain("a PNG header of 13 octets", header.type);
  const view = new DataView(header.data.buffer, header.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width < 1 || width * height !== count) throw complain(`a picture of ${count} pixels`, `${width} x ${height}`);
  const [depth, color, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) => view.getUint8(at));
  const kind = KINDS.find(([c, d]) => c === color && d === depth);
  if (kind === undefined || compression !== 0 || filter !== 0 || interlace !== 0) {
    const got = `color type ${color}, ${depth} bits a sample, methods ${compression}, ${filter}, ${interlace}`;
    throw complain("gray of 1 to 16 bits, RGB or RGBA of 8, methods 0, 0, 0", got);
  }
  return { width, height, bits: kind[2] };
}

/** Compressed octets given to the inflater at a time: they can grow a thousandfold, and then we want to know. */
const PIECE = 4096;

/** What deflate can make of one octet at best. Source: zlib's technical details. */
const MOST_INFLATION = 1032;

/** The filtered rows: exactly `size` octets. */
function inflate(section: Section, chunks: readonly Chunk[], size: number): Uint8Array {
  const complain = (got: string): Error =>
    decodeError(section, START, `a PNG picture that inflates to ${size} octets`, got);
  const compressed = chunks.reduce((sum, { type, data }) => sum + (type === "IDAT" ? data.length : 0), 0);
  if (size > MOST_INFLATION * compressed) throw complain(`${compressed} compressed octets`);
  const out = new Uint8Array(size);
  let filled = 0;
  const inflater = new Unzlib((piece) => {
    if (filled + piece.length > size) throw complain(`more than ${filled + piece.length - 1}`);
    out.set(piece, filled);
    filled += piece.length;
  });
  try {
    for (const { type, data } of chunks) {
      if (type !== "IDAT") continue;
      for (let at = 0; at < data.length; at += PIECE) inflater.push(data.subarray(at, at + PIECE));
    }
    inflater.push(new Uint8Array(0), true);
  } catch (error) {
    if (!isFlateError(error)) throw error;
    throw complain(error.message);
  }
  if (filled !== size) throw complain(`${filled}`);
  return out;
}

const FLATE_CODES: readonly unknown[] = Object.values(FlateErrorCode);

function isFlateError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && FLATE_CODES.includes(error.code);
}

/**
 * Undoes each row's filter in place: what is stored is the difference from a prediction by the octet of the pixel before (a),
 * the row above (b) and both (c). Source: PNG, section 9.
 */
function unfilter(section: Section, lines: Uint8Array, height: number, rowOctets: number, pixel: number): void {
  let above: Uint8Array = new Uint8Array(rowOctets);
  for (let row = 0, at = 0; row < height; row++, at += 1 + rowOctets) {
    const line = lines.subarray(at + 1, at + 1 + rowOctets);
    switch (lines[at]) {
      case 0:
        break;
      case 1:
        for (let i = pixel; i < rowOctets; i++) line[i] += line[i - pixel];
        break;
      case 2:
        for (let i = 0; i < rowOctets; i++) line[i] += above[i];
        break;
      case 3:
        for (let i = 0; i < pixel && i < rowOctets; i++) line[i] += above[i] >> 1;
        for (let i = pixel; i < rowOctets; i++) line[i] += (line[i - pixel] + above[i]) >> 1;
        break;
      case 4:
        for (let i = 0; i < pixel && i < rowOctets; i++) line[i] += above[i];
        for (let i = pixel; i < rowOctets; i++) line[i] += paeth(line[i - pixel], above[i], above[i - pixel]);
        break;
      default:
        throw decodeError(section, START, "PNG row filters 0 to 4", `${lines[at]} in row ${row}`);
    }
    above = line;
  }
}

/** Of a, b and c the one nearest to a + b − c; of equals the first. */
function paeth(a: number, b: number, c: number): number {
  const toA = Math.abs(b - c);
  const toB = Math.abs(a - c);
  const toC = Math.abs(a + b - 2 * c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/** Rows start on whole octets, so pixels of 1 to 4 bits may leave some unused. */
function emitRows(
  lines: Uint8Array,
  { width, height, bits, rowOctets }: Picture & { readonly rowOctets: number },
  emit: BlockSink,
): void {
  const block = new Float64Array(BLOCK_LENGTH);
  const padded = new DataView(new ArrayBuffer(rowOctets + 4));
  const row = new Uint8Array(padded.buffer);
  let filled = 0;
  for (let line = 0; line < height; line++) {
    const at = line * (1 + rowOctets) + 1;
    row.set(lines.subarray(at, at + rowOctets));
    for (let column = 0; column < width; ) {
      const length = Math.min(width - column, BLOCK_LENGTH - filled);
      unpackBits(padded, column * bits, length, bits, block, filled);
      column += length;
      filled += length;
      if (filled === BLOCK_LENGTH) {
        emit(block, filled);
        filled = 0;
      }
    }
  }
  if (filled > 0) emit(block, filled);
}

/** CRC-32 of ISO 3309, reflected, as PNG annex D has it. */
function crc32(octets: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < octets.length; i++) crc = CRC_TABLE[(crc ^ octets[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : 0xedb88320 ^ (crc >>> 1);
  return crc;
});
