/**
 * What a NetCDF-4 file holds, as a plain value: dimensions, variables on them, and attributes on both.
 *
 *   { dimensions: { time: 6, y: 1059, x: 1799 }, variables: [...], attributes: { Conventions: "CF-1.11" } }
 *
 * @module
 */

export type NetcdfValues = Float32Array | Float64Array | Int32Array;

/** Text, or numbers whose array type is the attribute's type: `_FillValue` must be of its variable's. */
export type NetcdfAttribute = string | NetcdfValues;

/** float32 values that come one slab at a time, a slab for each index of the first `over` dimensions. */
export interface StreamedValues {
  readonly over: number;
}

export interface NetcdfVariable {
  readonly name: string;
  /** Slowest first; none for a scalar. */
  readonly dimensions: readonly string[];
  /** All values in C order, or streamed. */
  readonly values: NetcdfValues | StreamedValues;
  readonly attributes: Readonly<Record<string, NetcdfAttribute>>;
}

export interface NetcdfDefinition {
  /** Sizes by name. Each needs a variable of its own name and one dimension: its coordinate. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** In the order in which they will be listed. */
  readonly variables: readonly NetcdfVariable[];
  readonly attributes: Readonly<Record<string, NetcdfAttribute>>;
}

export function isStreamed(values: NetcdfVariable["values"]): values is StreamedValues {
  return "over" in values;
}

/** True for the variable that gives a dimension its values. */
export function isCoordinate({ name, dimensions }: NetcdfVariable): boolean {
  return dimensions.length === 1 && dimensions[0] === name;
}

/** Cells of a variable on these dimensions; 1 for a scalar. */
export function sizeOf(axes: readonly string[], dimensions: NetcdfDefinition["dimensions"]): number {
  return axes.reduce((product, axis) => product * dimensions[axis], 1);
}
