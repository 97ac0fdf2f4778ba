/**
 * Finds the messages in a run of bytes. A message is
 *
 *   "GRIB" · 3 octets · edition · total length (8 octets) · sections 1 … 7 · "7777"
 *
 * and a file is messages one after the other, with nothing between. Where something lies between (a stray octet of a careless
 * download, padding), the scanner finds the next message and says what it passed over. Source: WMO FM 92 GRIB, section 0.
 * @module
 */
import { DecodeError, fileKind } from "../core/index.ts";

/** One whole message: its frame is sound, its sections are not yet read. */
export interface GribMessage {
  readonly kind: "message";
  /** Name for complaints: usually the file's base name. */
  readonly file: string;
  /** Where it starts in the file, counted from 0. */
  readonly offset: number;
  readonly length: number;
  /** A view into the scanned bytes, `length` long. */
  readonly bytes: Uint8Array;
}

/** Bytes that belong to no message: a stray octet, padding, junk. Whoever scans tells the user. */
export interface Gap {
  readonly kind: "gap";
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

const INDICATOR_LENGTH = 16;
const END_LENGTH = 4;
const GRIB = 0x47524942;
const END = 0x37373737;

/**
 * Every whole message of `bytes` in order, and the gaps between them. What looks like a message but is cut off, damaged or of
 * another edition is passed over too, so that one bad message does not hide those after it; but when everything whole has been
 * given, the first such damage is thrown. Bytes are not copied.
 * @throws DecodeError after the last whole message, if any part was damaged or there was no message at all.
 */
export function* scanMessages(bytes: Uint8Array, file: string): Generator<GribMessage | Gap> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let damage: DecodeError | undefined;
  let found = 0;
  let at = 0;
  while (at < bytes.length) {
    const start = nextGrib(view, at);
    // Bytes after a damaged message are part of that damage until the next sound message.
    // A file without any message is no gap between messages; what it is is said below.
    const isWhole = found === 0 && start === bytes.length;
    if (start > at && damage === undefined && !isWhole) yield { kind: "gap", file, offset: at, length: start - at };
    if (start === bytes.length) break;
    const length = frame(view, start, file);
    if (typeof length === "number") {
      yield { kind: "message", file, offset: start, length, bytes: bytes.subarray(start, start + length) };
      found++;
      at = start + length;
    } else {
      damage ??= length;
      at = start + END_LENGTH;
    }
  }
  if (damage !== undefined) throw damage;
  if (found === 0) {
    throw new DecodeError({
      place: `${file} byte 0`,
      expected: "a GRIB message",
      got: fileKind(bytes) ?? `${bytes.length} octets without one`,
      remedy: "fetch the file again, or name a GRIB2 file",
    });
  }
}

/** Offset of the next "GRIB" at or after `from`, else the end. */
function nextGrib(view: DataView, from: number): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = from; at <= last; at++) {
    if (view.getUint8(at) === 0x47 && view.getUint32(at) === GRIB) return at;
  }
  return view.byteLength;
}

/** The total length of the message at `start` when its frame is sound, else what is wrong with it. */
function frame(view: DataView, start: number, file: string): number | DecodeError {
  const left = view.byteLength - start;
  const complain = (octet: number, expected: string, got: string, remedy: string): DecodeError =>
    new DecodeError({ place: `${file} byte ${start} section 0 octet ${octet}`, expected, got, remedy });
  const refetch = "the file is cut off: fetch it again";
  const edition = left >= 8 ? view.getUint8(start + 7) : undefined;
  if (edition !== undefined && edition !== 2) {
    return complain(
      8,
      "GRIB edition 2",
      editionText(edition),
      "convert it first: grib_set -s edition=2 in.grib1 out.grib2",
    );
  }
  if (left < INDICATOR_LENGTH) return complain(1, `${INDICATOR_LENGTH} octets of section 0`, `${left}`, refetch);
  const length = view.getUint32(start + 8) * 2 ** 32 + view.getUint32(start + 12);
  if (length < INDICATOR_LENGTH + END_LENGTH) {
    return complain(9, "a total length of at least 20 octets", `${length}`, "the file is damaged: fetch it again");
  }
  if (length > left)
    return complain(9, `a message of ${length} octets`, `${left} octets to the end of the file`, refetch);
  const end = view.getUint32(start + length - END_LENGTH);
  if (end !== END) {
    const place = `${file} byte ${start + length - END_LENGTH} section 8 octet 1`;
    const got = `0x${end.toString(16).padStart(8, "0")}`;
    const remedy = "the file is damaged: fetch it again";
    return new DecodeError({ place, expected: `"7777" at the end of the message at byte ${start}`, got, remedy });
  }
  return length;
}

function editionText(edition: number): string {
  return edition === 1 ? "edition 1: this is GRIB1" : `edition ${edition}`;
}
