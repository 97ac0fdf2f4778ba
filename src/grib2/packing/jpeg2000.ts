/**
 * Template 7.40: the integers X are the pixels of a JPEG 2000 picture of one gray component, row by row. Decoded by OpenJPEG,
 * compiled to WebAssembly, which must be ready before: `prepareDecoders`. Sources: WMO FM 92 GRIB, templates 5.40 and 7.40;
 * ITU-T T.800, annex A.
 *
 * OpenJPEG gives what it could make of a damaged stream and a remark. Any remark is an error here, and what the picture is
 * said to be is checked before OpenJPEG asks for memory.
 * @module
 */
import type { OpenJpeg } from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import { RequestError } from "../../core/index.ts";
import { decodeError, placeOf, type Section } from "../sections/section.ts";
import { BLOCK_LENGTH, type BlockSink } from "./blocks.ts";

/** The decoder, and what it remarked since it was last asked. */
interface Ready {
  readonly codec: OpenJpeg;
  readonly remarks: string[];
}

let ready: Ready | undefined;

/**
 * Makes ready what cannot be made ready at once: OpenJPEG, for packing 5.40. Await it once before decoding messages that may
 * be packed so; again is harmless.
 */
export async function prepareDecoders(): Promise<void> {
  if (ready !== undefined) return;
  const remarks: string[] = [];
  const print = (line: string): void => {
    if (line.trim() !== "" && !line.startsWith("[INFO]")) remarks.push(line);
  };
  const { default: createOpenJpeg } = await import("@cornerstonejs/codec-openjpeg/decodewasmjs");
  ready = { codec: await createOpenJpeg({ print, printErr: print }), remarks };
}

/** Hands every X to `emit`. @throws DecodeError for a damaged picture or another kind; RequestError before `prepareDecoders`. */
export function unpackJpeg2000(section: Section, count: number, emit: BlockSink): void {
  if (ready === undefined) {
    const remedy = "await prepareDecoders() before decoding";
    throw new RequestError({
      place: placeOf(section, START),
      expected: "a JPEG 2000 decoder",
      got: "none ready",
      remedy,
    });
  }
  const bits = checkSize(section, count);
  const { codec, remarks } = ready;
  remarks.length = 0;
  const decoder = new codec.J2KDecoder();
  try {
    const stream = new Uint8Array(section.view.buffer, section.view.byteOffset + START - 1, streamLength(section));
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const { width, height } = decoder.getFrameInfo();
    const pixels = decoder.getDecodedBuffer();
    const octets = bits > 8 ? 2 : 1;
    if (remarks.length > 0 || width * height !== count || pixels.length !== count * octets) {
      throw damaged(section, remarks[0] ?? `${width} x ${height} pixels`);
    }
    emitPixels(pixels, count, octets, emit);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    // A trap leaves its memory in an unknown state.
    ready = undefined;
    throw damaged(section, error.message);
  } finally {
    if (ready !== undefined) decoder.delete();
  }
}

/** Octet of section 7 where the picture starts. */
const START = 6;
/** Markers: start of codestream, and image and tile size, which must follow it. */
const SOC_SIZ = 0xff4fff51;
const SIZ_OCTETS = 4 + 38 + 3;

function streamLength({ view }: Section): number {
  return view.byteLength - (START - 1);
}

function damaged(section: Section, got: string): Error {
  return decodeError(section, START, "a whole JPEG 2000 picture", got.replace(/\s+/g, " ").trim());
}

/**
 * Bits of a pixel, once the SIZ marker says: `count` pixels in one tile, one component, unsigned, at most 16 bits. A picture of
 * several tiles would be decoded without those that are missing, and nobody would say so.
 */
function checkSize(section: Section, count: number): number {
  const { view } = section;
  const at = START - 1;
  if (streamLength(section) < SIZ_OCTETS || view.getUint32(at) !== SOC_SIZ) {
    throw decodeError(section, START, "a JPEG 2000 codestream", "something else");
  }
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, (_, i) =>
    view.getUint32(at + 8 + 4 * i),
  );
  const complain = (octet: number, expected: string, got: string): Error =>
    decodeError(section, octet + START, expected, got);
  if (right <= left || bottom <= top || (right - left) * (bottom - top) !== count) {
    throw complain(8, `a picture of ${count} pixels`, `${right - left} x ${bottom - top}`);
  }
  if (tileLeft > left || tileTop > top || tileLeft + tileWidth < right || tileTop + tileHeight < bottom) {
    throw complain(24, "a picture in one tile", `tiles of ${tileWidth} x ${tileHeight}`);
  }
  const components = view.getUint16(at + 40);
  if (components !== 1) throw complain(40, "a picture of one component", `${components}`);
  const [depth, stepX, stepY] = [42, 43, 44].map((octet) => view.getUint8(at + octet));
  if (depth > 15) {
    const got = `${(depth & 0x7f) + 1}, ${depth > 127 ? "signed" : "unsigned"}`;
    throw complain(42, "1 to 16 bits a pixel, unsigned", got);
  }
  if (stepX !== 1 || stepY !== 1) throw complain(43, "every pixel stored", `every ${stepX} by ${stepY}`);
  return depth + 1;
}

/** Little-endian, one or two octets a pixel. */
function emitPixels(pixels: Uint8ClampedArray, count: number, octets: 1 | 2, emit: BlockSink): void {
  const block = new Float64Array(BLOCK_LENGTH);
  for (let done = 0; done < count; done += BLOCK_LENGTH) {
    const length = Math.min(BLOCK_LENGTH, count - done);
    if (octets === 1) {
      for (let i = 0; i < length; i++) block[i] = pixels[done + i];
    } else {
      for (let i = 0; i < length; i++) block[i] = pixels[2 * (done + i)] + 256 * pixels[2 * (done + i) + 1];
    }
    emit(block, length);
  }
}
