/**
 * The one rule about missing data in scores: a cell counts only where every field of the comparison has a number. The others are left
 * out for all sides alike, so that no forecast is favored by what is missing, and their number is reported.
 * @module
 */
import { type Field, ShapeError } from "../core/index.ts";

/** 1 where none of the fields is NaN, 0 elsewhere. @throws ShapeError when the fields differ in size. */
export function completeCells(fields: readonly Field[]): Uint8Array {
  const cells = fields[0]?.length ?? 0;
  const complete = new Uint8Array(cells).fill(1);
  for (const field of fields) {
    if (field.length !== cells) {
      throw new ShapeError({ place: "verify", expected: `fields of ${cells} cells`, got: `one of ${field.length}` });
    }
    for (let cell = 0; cell < cells; cell++) if (Number.isNaN(field[cell])) complete[cell] = 0;
  }
  return complete;
}
