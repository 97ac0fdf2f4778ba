/**
 * Arithmetic on static shapes, and the complaint when two do not fit.
 * @module
 */
import { ShapeError } from "../core/index.ts";

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** [2, 3] as people write it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The numpy rule: aligned at the last axis, equal lengths or 1. `undefined` when the two do not fit. */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const lengthA = a[axis - rank + a.length] ?? 1;
    const lengthB = b[axis - rank + b.length] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) return undefined;
    shape.push(Math.max(lengthA, lengthB));
  }
  return shape;
}

/** Axis counted from the end when negative, checked. */
export function resolveAxis(operation: string, shape: Shape, axis: number): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= shape.length) {
    throw shapeError(operation, `an axis of ${formatShape(shape)}`, String(axis));
  }
  return resolved;
}

/** The lengths of a field [n, c, h, w]. @throws ShapeError for another number of axes */
export function fourAxes(operation: string, shape: Shape): Shape {
  if (shape.length !== 4) throw shapeError(operation, "[n, c, h, w]", formatShape(shape));
  return shape;
}

/** An error that names the operation and the line of the model that asked for it. */
export function shapeError(operation: string, expected: string, got: string, remedy?: string): ShapeError {
  const caller = callerOfGraph();
  return new ShapeError({
    place: caller === undefined ? operation : `${operation} at ${caller}`,
    expected,
    got,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** "unet.ts:42": the innermost stack frame outside this room. Engines write stacks differently; then there is none. */
function callerOfGraph(): string | undefined {
  const frames = (new Error("trace").stack ?? "").split("\n").slice(1);
  const outside = frames.find((frame) => !/[\\/](src|dist)[\\/]graph[\\/]/.test(frame));
  return outside === undefined ? undefined : /([^\\/]+:\d+):\d+\)?$/.exec(outside)?.[1];
}
