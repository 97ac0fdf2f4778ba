/**
 * Rain as the reflectivity it would have, by the relation of Marshall & Palmer (1948):
 *
 *   Z = 200 R^1.6,     dBZ = 10 log₁₀ Z = 23.01 + 16 log₁₀ R          R in mm/h, Z in mm⁶/m³
 *
 * For MRMS's PrecipRate, which says −3 where nobody looked and 0 where nothing falls. What comes out below HRRR's floor is the floor.
 * @module
 */
import { DecodeError, type Field, VARIABLES } from "../core/index.ts";

const NO_COVERAGE = -3;
/** Decoded values of the code miss it by less than a packing step. */
const CODE_TOLERANCE = 0.05;
const FLOOR = VARIABLES.refc.floor as number;

/**
 * mm/h as MRMS codes them to dBZ, NaN where nobody looked. NaN stays NaN.
 * @throws DecodeError for a negative value that is not −3: a code this does not know is not guessed at.
 */
export function rainReflectivity(coded: Field, place: string): Field {
  const out = new Float32Array(coded.length);
  for (let cell = 0; cell < coded.length; cell++) {
    const rate = coded[cell];
    if (rate > 0) out[cell] = Math.max(FLOOR, 10 * Math.log10(200) + 16 * Math.log10(rate));
    else if (rate === 0) out[cell] = FLOOR;
    else if (Number.isNaN(rate) || Math.abs(rate - NO_COVERAGE) < CODE_TOLERANCE) out[cell] = Number.NaN;
    else throw unknownCode(rate, place);
  }
  return out;
}

function unknownCode(rate: number, place: string): DecodeError {
  return new DecodeError({
    place,
    expected: `rain in mm/h, 0 or ${NO_COVERAGE}`,
    got: String(rate),
    remedy: "name a file of PrecipRate",
  });
}
