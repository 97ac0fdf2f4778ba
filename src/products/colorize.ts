/**
 * Fields to colours: one binary search and one table lookup a cell, on typed arrays.
 *
 *   pixel = palette[class of value],   class k: bounds[k] <= value
 *
 * Bounds are brought to stored units and rounded to float32, as the data are: 7 of 10 members is 0.7 in float32, a hair below
 * 0.7, and still belongs to the class that begins at 70 %.
 * @module
 */
import type { Field } from "../core/index.ts";
import type { ColorTable } from "./colors.ts";
import { fromDisplay } from "./units.ts";

/** Class of a value under the first bound of a table that is not open below: drawn transparent. */
export const CLASS_BELOW = 254;
/** Class of NaN: drawn as missing. */
export const CLASS_MISSING = 255;

/** The class of each cell: 0 … bounds.length − 1, `CLASS_BELOW` or `CLASS_MISSING`. Same order of cells. */
export function classify(field: Field, table: ColorTable): Uint8Array {
  const sign = Math.sign(table.unit.scale);
  const bounds = Float32Array.from(table.bounds, (bound) => sign * fromDisplay(table.unit, bound));
  const below = table.openBelow ? 0 : CLASS_BELOW;
  const classes = new Uint8Array(field.length);
  for (let cell = 0; cell < field.length; cell++) {
    const value = sign * field[cell];
    if (Number.isNaN(value)) {
      classes[cell] = CLASS_MISSING;
      continue;
    }
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[middle] <= value) low = middle + 1;
      else high = middle;
    }
    classes[cell] = low === 0 ? below : low - 1;
  }
  return classes;
}

/** RGBA of each class as one little-endian word; classes without a colour are transparent (0). */
export function palette(table: ColorTable): Uint32Array {
  const words = new Uint32Array(256);
  for (const [at, color] of table.colors.entries()) {
    const rgb = Number.parseInt(color.slice(1), 16);
    words[at] = (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
  }
  return words;
}

/** Pixels of a field, one a cell, **north up**: picture row 0 is grid row ny − 1. Missing and below are transparent. */
export function colorize(classes: Uint8Array, table: ColorTable, nx: number): Uint32Array {
  const words = palette(table);
  const pixels = new Uint32Array(classes.length);
  const ny = classes.length / nx;
  for (let row = 0; row < ny; row++) {
    const from = (ny - 1 - row) * nx;
    for (let i = 0; i < nx; i++) pixels[row * nx + i] = words[classes[from + i]];
  }
  return pixels;
}
