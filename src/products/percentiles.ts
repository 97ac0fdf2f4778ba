/**
 * Percentiles over members, cell by cell, by linear interpolation of the sorted members ("type 7" of Hyndman & Fan 1996,
 * 10.2307/2684934; numpy's default):
 *
 *   h = (M − 1) p / 100        x = x_(⌊h⌋) + (h − ⌊h⌋)(x_(⌊h⌋+1) − x_(⌊h⌋))        members sorted, counted from 0
 *
 * The 10th percentile of few members lies between the two lowest: with M = 5 it says little, and the map says M.
 * @module
 */
import { type Field, ShapeError } from "../core/index.ts";

/**
 * One field a percentile, [ny, nx]; NaN where any member is.
 * @param members at least one field of equal size
 * @param percentages of 0 … 100
 * @throws ShapeError for members of different sizes, RangeError for none or a percentage outside.
 * @example percentiles([a, b, c], [50])[0] // the median
 */
export function percentiles(members: readonly Field[], percentages: readonly number[]): Field[] {
  const cells = requireMembers("percentiles", members);
  const M = members.length;
  for (const percentage of percentages) {
    if (!(percentage >= 0 && percentage <= 100)) throw new RangeError(`a percentile is 0 to 100, got ${percentage}`);
  }
  const fields = percentages.map(() => new Float32Array(cells));
  const at = percentages.map((percentage) => {
    const h = ((M - 1) * percentage) / 100;
    const below = Math.min(Math.floor(h), Math.max(0, M - 2));
    return { below, above: Math.min(below + 1, M - 1), part: h - below };
  });
  const sorted = new Float32Array(M);
  for (let cell = 0; cell < cells; cell++) {
    const whole = sortCell(members, cell, sorted);
    for (let k = 0; k < fields.length; k++) {
      const { below, above, part } = at[k];
      fields[k][cell] = whole ? sorted[below] + part * (sorted[above] - sorted[below]) : Number.NaN;
    }
  }
  return fields;
}

/** The members at one cell into `sorted`, ascending, by insertion; false when one of them is NaN. */
function sortCell(members: readonly Field[], cell: number, sorted: Float32Array): boolean {
  for (let member = 0; member < members.length; member++) {
    const value = members[member][cell];
    if (Number.isNaN(value)) return false;
    let place = member;
    while (place > 0 && sorted[place - 1] > value) {
      sorted[place] = sorted[place - 1];
      place--;
    }
    sorted[place] = value;
  }
  return true;
}

/** How many cells each member has. @throws ShapeError when not all have as many, RangeError for no member. */
export function requireMembers(place: string, members: readonly Field[]): number {
  if (members.length === 0) throw new RangeError(`${place} need at least one member, got none`);
  const cells = members[0].length;
  const other = members.find(({ length }) => length !== cells);
  if (other === undefined) return cells;
  throw new ShapeError({ place, expected: `members of ${cells} cells`, got: `one of ${other.length}` });
}
