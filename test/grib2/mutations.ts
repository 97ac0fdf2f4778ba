/**
 * Damaged messages and inventories, each a function of a seed and a number: case 71 234 is the same on every machine, alone or
 * in its row. For `fuzz.test.ts`, which runs a few, and `bench/fuzz-grib2.ts`, which runs hundreds of thousands.
 * @module
 */
import { crc32 } from "node:zlib";
import { integers } from "../../src/core/index.ts";
import small from "./golden/small-messages.json" with { type: "json" };

/** What a case is made of: draws of 0 … n − 1, in order, and the same ones each time. */
type Draw = (n: number) => number;

function drawsOf(seed: number, index: number, purpose: string): Draw {
  const words = integers({ seed, purpose, index }, 64, 2 ** 32);
  let at = 0;
  return (n) => words[at++ % words.length] % n;
}

/** Whole messages by ecCodes, one for each packing and its variants. */
export const SMALL_MESSAGES: readonly { readonly name: string; readonly bytes: Uint8Array; readonly sha256: string }[] =
  Object.entries(small).map(([name, { message, sha256 }]) => ({
    name,
    bytes: new Uint8Array(Buffer.from(message, "base64")),
    sha256,
  }));

/** Values at which arithmetic goes wrong. */
const EDGES = [0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 63, 64, 127, 128, 200, 254, 255];

/**
 * A message with one to four places changed: bits, octets and runs anywhere, octets put in or taken out of section 7. Three in
 * four have their lengths and CRCs mended afterwards, so that what lies deeper is reached.
 */
export function damagedMessage(seed: number, index: number): { readonly from: string; readonly bytes: Uint8Array } {
  const draw = drawsOf(seed, index, "damaged message");
  const { name, bytes: whole } = SMALL_MESSAGES[draw(SMALL_MESSAGES.length)];
  const data = startOfSection7(whole);
  let bytes: Uint8Array = whole.slice();
  for (let changes = 1 + draw(4); changes > 0; changes--) {
    // Headers, the start of the packed data, or anywhere: the first two are short and decide most.
    const starts = [16, data, 0];
    const reach = [data - 16, 120, bytes.length];
    const where = draw(3);
    const at = Math.min(starts[where] + draw(reach[where]), bytes.length - 1);
    switch (draw(8)) {
      case 0:
      case 1:
        bytes[at] ^= 1 << draw(8);
        break;
      case 2:
        bytes[at] = draw(256);
        break;
      case 3:
        bytes[at] = EDGES[draw(EDGES.length)];
        break;
      case 4:
        bytes.fill(draw(2) * 255, at, at + 1 + draw(8));
        break;
      case 5:
        bytes.copyWithin(at, draw(bytes.length), bytes.length - draw(bytes.length - at));
        break;
      case 6:
        bytes = spliced(bytes, data + 5 + draw(bytes.length - data), 1 + draw(40), []);
        break;
      default:
        bytes = spliced(bytes, data + 5 + draw(bytes.length - data), 0, [draw(256), draw(256), draw(256)]);
    }
    if (bytes.length < data + 9) break;
  }
  if (draw(4) > 0 && bytes.length >= data + 9) mend(bytes, data);
  return { from: name, bytes };
}

function spliced(bytes: Uint8Array, at: number, removed: number, inserted: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + removed)]);
}

function startOfSection7(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  let at = 16;
  while (view.getUint8(at + 4) !== 7) at += view.getUint32(at);
  return at;
}

/** The lengths of message and section 7, "7777", and the CRCs of a picture. */
function mend(bytes: Uint8Array, data: number): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(12, bytes.length);
  view.setUint32(data, bytes.length - 4 - data);
  bytes.set([0x37, 0x37, 0x37, 0x37], bytes.length - 4);
  if (view.getUint32(data + 5) !== 0x89504e47) return;
  for (let at = data + 13; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
}

const LINES = [
  "1:0:d=2026100623:REFC:entire atmosphere:6 hour fcst:",
  "2:432252:d=2026100623:RETOP:cloud top:6 hour fcst",
  "3:634656:d=2026100623:var discipline=0 center=7 local_table=1 parmcat=16 parm=201:entire atmosphere:6 hour fcst:",
  "4.1:1042316:d=2026100623:UGRD:10 m above ground:6 hour fcst:",
  "4.2:1042316:d=2026100623:VGRD:10 m above ground:6 hour fcst:",
  "5:2297069:d=2026100623:REFC:entire atmosphere:6 hour fcst:prob >40:prob fcst 0/10:Neighborhood Probability",
  "6:2397069:d=2026100623:APCP:surface:0-1 day acc fcst:",
];
const PIECES = [
  "",
  ":",
  ".",
  "-1",
  "0",
  "9999999999999999",
  "1e9",
  "\n",
  "\r\n",
  "d=",
  "\u0000",
  "é",
  " ",
  "NaN",
  "1.1:",
];

/** The text of an inventory with one to four places changed. */
export function damagedInventory(seed: number, index: number): string {
  const draw = drawsOf(seed, index, "damaged inventory");
  let text = LINES.slice(0, 1 + draw(LINES.length)).join("\n");
  for (let changes = 1 + draw(4); changes > 0; changes--) {
    const at = draw(text.length + 1);
    switch (draw(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + 1 + draw(12));
        break;
      case 1:
        text = text.slice(0, at) + PIECES[draw(PIECES.length)] + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + String.fromCharCode(draw(300)) + text.slice(at + 1);
        break;
      case 3:
        text = text.slice(0, at) + draw(2 ** 31) + text.slice(at);
        break;
      default:
        text = `${text}\n${LINES[draw(LINES.length)]}`;
    }
  }
  return text;
}
