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
  const picture = readHeader(section, chunks, count);
  inflateRows(section, chunks, picture, rowReader(section, picture, emit));
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
  /** Of a row without the one that names its filter. Rows start on whole octets, so pixels of 1 to 4 bits may leave some unused. */
  readonly rowOctets: number;
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
  const [, , bits] = kind;
  return { width, height, bits, rowOctets: Math.ceil((width * bits) / 8) };
}

/** Compressed octets given to the inflater at a time: they can grow a thousandfold, and then we want to know. */
const PIECE = 4096;

/** What deflate can make of one octet at best. Source: zlib's technical details. */
const MOST_INFLATION = 1032;

/** Hands each row to `take` as it is inflated: the octet that names its filter, then its own. */
function inflateRows(
  section: Section,
  chunks: readonly Chunk[],
  { height, rowOctets }: Picture,
  take: (line: Uint8Array) => void,
): void {
  const lineOctets = 1 + rowOctets;
  const size = height * lineOctets;
  const complain = (got: string): Error =>
    decodeError(section, START, `a PNG picture that inflates to ${size} octets`, got);
  const compressed = chunks.reduce((sum, { type, data }) => sum + (type === "IDAT" ? data.length : 0), 0);
  if (size > MOST_INFLATION * compressed) throw complain(`${compressed} compressed octets`);
  const line = new Uint8Array(lineOctets);
  let filled = 0;
  const inflater = new Unzlib((piece) => {
    if (filled + piece.length > size) throw complain(`more than ${filled + piece.length - 1}`);
    for (let at = 0; at < piece.length; ) {
      const column = filled % lineOctets;
      const length = Math.min(piece.length - at, lineOctets - column);
      line.set(piece.subarray(at, at + length), column);
      at += length;
      filled += length;
      if (column + length === lineOctets) take(line);
    }
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
}

const FLATE_CODES: readonly unknown[] = Object.values(FlateErrorCode);

function isFlateError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && FLATE_CODES.includes(error.code);
}

/** Undoes the filter of one row after the other and hands on its pixels. No more than two rows are kept. */
function rowReader(section: Section, { width, bits, rowOctets }: Picture, emit: BlockSink): (line: Uint8Array) => void {
  const pixel = Math.max(1, bits >> 3);
  const block = new Float64Array(Math.min(BLOCK_LENGTH, width));
  // Reading bits may look up to 3 octets past the last.
  let [above, row] = [new Uint8Array(rowOctets + 4), new Uint8Array(rowOctets + 4)];
  let read = 0;
  return (line) => {
    if (line[0] >= FILTERS.length)
      throw decodeError(section, START, "PNG row filters 0 to 4", `${line[0]} in row ${read}`);
    const undo = FILTERS[line[0]];
    row.set(line.subarray(1));
    for (let lane = 0; lane < pixel; lane++) undo(row, above, lane, pixel, rowOctets);
    const view = new DataView(row.buffer);
    for (let column = 0; column < width; column += block.length) {
      const length = Math.min(width - column, block.length);
      unpackBits(view, column * bits, length, bits, block, 0);
      emit(block, length);
    }
    [above, row] = [row, above];
    read++;
  };
}

/**
 * Undoes a filter for every `pixel`th octet of `row` from `lane` on, in place. What is stored is the difference from a prediction
 * by the octet of the pixel before (a), of the row above (b) and of both (c), which are 0 where there is none.
 */
type Undo = (row: Uint8Array, above: Uint8Array, lane: number, pixel: number, end: number) => void;

/** By the number that names them. Source: PNG, section 9. */
const FILTERS: readonly Undo[] = [
  () => {},
  (row, _, lane, pixel, end) => {
    let a = 0;
    for (let i = lane; i < end; i += pixel) row[i] = a = (row[i] + a) & 255;
  },
  (row, above, lane, pixel, end) => {
    for (let i = lane; i < end; i += pixel) row[i] += above[i];
  },
  (row, above, lane, pixel, end) => {
    let a = 0;
    for (let i = lane; i < end; i += pixel) row[i] = a = (row[i] + ((a + above[i]) >> 1)) & 255;
  },
  (row, above, lane, pixel, end) => {
    let [a, c] = [0, 0];
    for (let i = lane; i < end; i += pixel) {
      const b = above[i];
      row[i] = a = (row[i] + paeth(a, b, c)) & 255;
      c = b;
    }
  },
];

/** Of a, b and c the one nearest to a + b − c; of equals the first. */
function paeth(a: number, b: number, c: number): number {
  const toA = Math.abs(b - c);
  const toB = Math.abs(a - c);
  const toC = Math.abs(a + b - 2 * c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
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
