/**
 * MRMS reflectivity as HRRR has it. MRMS says two things no radar measures:
 *
 *   −999   no coverage: nobody looked               → NaN
 *   −99    no echo: somebody looked, nothing there  → HRRR's floor, −10 dBZ
 *
 * and echoes weaker than HRRR's floor become the floor, since HRRR cannot say less. Source: NSSL's MRMS product table; conventions 2.6.
 * @module
 */
import { DecodeError, type Field, VARIABLES } from "../core/index.ts";

const NO_COVERAGE = -999;
const NO_ECHO = -99;
/** Decoded values of the two codes miss them by less than a packing step. */
const CODE_TOLERANCE = 0.5;
const FLOOR = VARIABLES.refc.floor as number;

/**
 * Values as MRMS codes them to dBZ with NaN where nobody looked. NaN stays NaN.
 * @throws DecodeError for a value below −99 that is not −999: a code this does not know is not guessed at.
 */
export function mrmsReflectivity(coded: Field, place: string): Field {
  return coded.map((value) => {
    if (Math.abs(value - NO_COVERAGE) < CODE_TOLERANCE) return Number.NaN;
    if (value < NO_ECHO - CODE_TOLERANCE) {
      throw new DecodeError({
        place,
        expected: `reflectivity, ${NO_ECHO} or ${NO_COVERAGE}`,
        got: String(value),
        remedy: "name a file of MergedReflectivityQCComposite",
      });
    }
    return value < FLOOR ? FLOOR : value;
  });
}
