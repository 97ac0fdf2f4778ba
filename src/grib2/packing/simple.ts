/**
 * Template 7.0, simple packing: the integers X one after the other, all equally wide. Source: WMO FM 92 GRIB, templates 5.0
 * and 7.0.
 * @module
 */
import type { Section } from "../sections/section.ts";
import { unpackBits } from "./bits.ts";
import { BLOCK_LENGTH, type BlockSink } from "./blocks.ts";
import { packedData, requireBits } from "./packed-data.ts";

/** Hands every X to `emit`. @throws DecodeError when section 7 is too short. */
export function unpackSimple(section: Section, count: number, bits: number, emit: BlockSink): void {
  const data = packedData(section);
  requireBits(data, count * bits, `${count} values of ${bits} bits`);
  const block = new Float64Array(Math.min(BLOCK_LENGTH, count));
  for (let done = 0; done < count; done += BLOCK_LENGTH) {
    const length = Math.min(BLOCK_LENGTH, count - done);
    unpackBits(data.view, data.position + done * bits, length, bits, block, 0);
    emit(block, length);
  }
}
