/**
 * Turns a definition into the HDF5 objects NetCDF-4 expects: one dimension scale a dimension, attached to every variable on it.
 * @module
 */
import type * as h5wasm from "h5wasm/node";
import { ShapeError } from "../core/index.ts";
import {
  isCoordinate,
  isStreamed,
  type NetcdfAttribute,
  type NetcdfDefinition,
  type NetcdfValues,
  type NetcdfVariable,
  type StreamedValues,
  sizeOf,
} from "./definition.ts";

/** Every mistake a definition can hold, found before anything is written. */
export function checkDefinition(path: string, { dimensions, variables, attributes }: NetcdfDefinition): void {
  checkAttributes(path, attributes);
  for (const { name, dimensions: axes, values, attributes: own } of variables) {
    const place = `${path}, variable "${name}"`;
    checkAttributes(place, own);
    for (const axis of axes) {
      if (!Object.hasOwn(dimensions, axis)) throw new RangeError(`${place}: no dimension "${axis}"`);
    }
    if (!isStreamed(values) && values.length !== sizeOf(axes, dimensions)) {
      throw new ShapeError({ place, expected: `${sizeOf(axes, dimensions)} values`, got: `${values.length}` });
    }
  }
  for (const name of Object.keys(dimensions)) {
    if (!variables.some((variable) => variable.name === name && isCoordinate(variable))) {
      throw new RangeError(`${path}: dimension "${name}" has no coordinate variable`);
    }
  }
}

function checkAttributes(place: string, attributes: Readonly<Record<string, NetcdfAttribute>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    // HDF5 has no strings of length 0, and an empty array says nothing.
    if (value.length === 0) throw new RangeError(`${place}: attribute "${name}" is empty`);
  }
}

/** Creates every dimension, variable and attribute; streamed variables are there but unwritten. */
export function define(file: h5wasm.File, { dimensions, variables, attributes }: NetcdfDefinition): void {
  setAttributes(file, attributes);
  // Coordinates first: readers number the dimensions in the order in which they meet the scales.
  for (const name of Object.keys(dimensions)) {
    const coordinate = variables.find((variable) => variable.name === name) as NetcdfVariable;
    createVariable(file, coordinate, dimensions).make_scale(name);
  }
  for (const variable of variables.filter((candidate) => !isCoordinate(candidate))) {
    const dataset = createVariable(file, variable, dimensions);
    for (const [axis, name] of variable.dimensions.entries()) dataset.attach_scale(axis, name);
  }
}

function createVariable(
  file: h5wasm.File,
  { name, dimensions: axes, values, attributes }: NetcdfVariable,
  dimensions: NetcdfDefinition["dimensions"],
): h5wasm.Dataset {
  const shape = axes.map((axis) => dimensions[axis]);
  const dataset = isStreamed(values) ? createEmpty(file, name, shape, values) : createFull(file, name, shape, values);
  setAttributes(dataset, attributes);
  return dataset;
}

function createFull(file: h5wasm.File, name: string, shape: number[], data: NetcdfValues): h5wasm.Dataset {
  return file.create_dataset({ name, data, shape, track_order: true });
}

/** Created without cells and then resized, because h5wasm otherwise wants every value at once. */
function createEmpty(file: h5wasm.File, name: string, shape: number[], { over }: StreamedValues): h5wasm.Dataset {
  const dataset = file.create_dataset({
    name,
    data: new Float32Array(0),
    dtype: "<f4",
    shape: [0, ...shape.slice(1)],
    maxshape: shape,
    chunks: shape.map((size, axis) => (axis < over ? 1 : chunkSide(size))),
    track_order: true,
  });
  dataset.resize(shape);
  return dataset;
}

/**
 * The fewest equal tiles of at most 360 cells: 1059 x 1799 becomes 3 x 5 tiles of 353 x 360, 0.5 MB each, which fit HDF5's
 * default chunk cache of 1 MB.
 */
function chunkSide(size: number): number {
  return Math.max(1, Math.ceil(size / Math.ceil(size / 360)));
}

function setAttributes(
  target: h5wasm.File | h5wasm.Dataset,
  attributes: Readonly<Record<string, NetcdfAttribute>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== "string") target.create_attribute(name, value);
    // Fixed length, as NetCDF's own text attributes are; without a length h5wasm writes a variable-length string.
    else target.create_attribute(name, value, [], `S${new TextEncoder().encode(value).length}`);
  }
}
