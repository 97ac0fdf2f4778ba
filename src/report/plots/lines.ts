/** Lines of several systems over one axis, each in its own style, with a dot at every point: a single lead shows too. @module */
import * as Plot from "@observablehq/plot";
import type { SystemStyle } from "./theme.ts";

export interface Point {
  readonly system: string;
  readonly x: number;
  readonly y: number;
}

/** Marks by system, the first drawn last and so on top. Points that are not numbers are left out. */
export function systemLines(points: readonly Point[], styles: readonly SystemStyle[]): Plot.Markish[] {
  return styles.toReversed().flatMap(({ name, color, dash, symbol }) => {
    const own = points.filter(({ system, x, y }) => system === name && Number.isFinite(x) && Number.isFinite(y));
    if (own.length === 0) return [];
    return [
      Plot.line(own, { x: "x", y: "y", stroke: color, strokeWidth: 2, ...(dash !== "" && { strokeDasharray: dash }) }),
      Plot.dot(own, { x: "x", y: "y", fill: color, symbol, r: 3.2 }),
    ];
  });
}
