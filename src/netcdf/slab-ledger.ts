/**
 * Which slabs have been written. HDF5 reads a slab nobody wrote as zeros without a word, and a zero is a wrong number.
 * @module
 */
import { ShapeError } from "../core/index.ts";
import { isStreamed, type NetcdfDefinition, type NetcdfVariable, sizeOf } from "./definition.ts";

export interface SlabLedger {
  /** Marks one slab as written. @throws ShapeError when it lies outside, has the wrong length or was written before. */
  claim(name: string, index: readonly number[], length: number): { variable: NetcdfVariable; cells: number };
  /** @throws ShapeError when a slab has not been claimed. */
  requireAll(): void;
}

/** Keeps count of the slabs of every streamed variable. */
export function slabLedger(path: string, { dimensions, variables }: NetcdfDefinition): SlabLedger {
  const written = new Map<string, Uint8Array>();
  for (const { name, dimensions: axes, values } of variables) {
    if (isStreamed(values)) written.set(name, new Uint8Array(sizeOf(axes.slice(0, values.over), dimensions)));
  }
  return {
    claim(name: string, index: readonly number[], length: number): { variable: NetcdfVariable; cells: number } {
      const variable = variables.find((candidate) => candidate.name === name);
      const marks = written.get(name);
      if (variable === undefined || marks === undefined || !isStreamed(variable.values)) {
        throw new RangeError(`${path}: "${name}" is not a streamed variable`);
      }
      const { over } = variable.values;
      const place = `${path}, variable "${name}" at [${index.join(", ")}]`;
      const sizes = variable.dimensions.map((axis) => dimensions[axis]);
      const inside =
        index.length === over && index.every((at, axis) => Number.isInteger(at) && at >= 0 && at < sizes[axis]);
      if (!inside)
        throw new ShapeError({
          place,
          expected: `an index below [${sizes.slice(0, over).join(", ")}]`,
          got: "one outside",
        });
      const cells = sizeOf(variable.dimensions.slice(over), dimensions);
      if (length !== cells) throw new ShapeError({ place, expected: `${cells} values`, got: `${length}` });
      const slot = index.reduce((position, at, axis) => position * sizes[axis] + at, 0);
      if (marks[slot] === 1) throw new ShapeError({ place, expected: "each slab once", got: "it twice" });
      marks[slot] = 1;
      return { variable, cells };
    },
    requireAll(): void {
      for (const [name, marks] of written) {
        const missing = marks.reduce((count, mark) => count + 1 - mark, 0);
        if (missing === 0) continue;
        throw new ShapeError({
          place: `${path}, variable "${name}"`,
          expected: `${marks.length} slabs`,
          got: `${marks.length - missing}`,
        });
      }
    },
  };
}
