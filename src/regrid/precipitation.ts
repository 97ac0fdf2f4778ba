/**
 * Rain as the reflectivity it would have, by the relation of Marshall & Palmer (1948):
 *
 *   Z = 200 R^1.6,     dBZ = 10 log₁₀ Z = 23.01 + 16 log₁₀ R          R in mm/h, Z in mm⁶/m³
 *
 * For MRMS's PrecipRate, which says −3 where nobody looked, −1 where a value is missing, and 0 where nothing falls. What comes out below HRRR's floor is the floor.
 * @module
 */
import { DecodeError, type Field, VARIABLES } from "../core/index.ts";

/** No coverage, and missing. Source: NSSL's MRMS GRIB2 tables, versions 10 to 12.2. */
const UNKNOWN = [-3, -1];
/** Decoded values of the codes miss them by less than a packing step. */
const CODE_TOLERANCE = 0.05;
const FLOOR = VARIABLES.refc.floor as number;

/**
 * mm/h as MRMS codes them to dBZ, NaN where nobody looked or the value is missing. NaN stays NaN.
 * @throws DecodeError for another negative value: a code this does not know is not guessed at.
 */
export function rainReflectivity(coded: Field, place: string): Field {
  const out = new Float32Array(coded.length);
  for (let cell = 0; cell < coded.length; cell++) {
    const rate = coded[cell];
    if (rate > 0) out[cell] = Math.max(FLOOR, 10 * Math.log10(200) + 16 * Math.log10(rate));
    else if (rate === 0) out[cell] = FLOOR;
    else if (Number.isNaN(rate) || UNKNOWN.some((code) => Math.abs(rate - code) < CODE_TOLERANCE))
      out[cell] = Number.NaN;
    else throw unknownCode(rate, place);
  }
  return out;
}

function unknownCode(rate: number, place: string): DecodeError {
  return new DecodeError({
    place,
    expected: `rain in mm/h, 0, ${UNKNOWN.join(" or ")}`,
    got: String(rate),
    remedy: "name a file of PrecipRate",
  });
}
