/**
 * Wind barbs: half a feather 5 kt, a feather 10, a flag 50, a circle for calm; the staff points to where the wind comes from, feathers on its
 * left seen with the wind at one's back, as in the northern hemisphere (WMO-No. 485, Manual on the GDPFS, appendix 2.3).
 *
 * The staff is turned by the **grid-relative** components, for on the grid's own page that is the direction over the ground: a south wind
 * lies along its meridian, which on the page leans. Speeds are rounded to the nearest 5 kt.
 * @module
 */

import type { Field, Grid } from "../../core/index.ts";
import { KNOTS } from "../units.ts";
import type { Layer } from "./draw-map.ts";
import type { DrawingContext } from "./drawing-context.ts";

/** Barbs across the long side of a map. */
const ACROSS = 34;

/** Feathers of a speed in knots, counted from the tip of the staff: "calm", or how many flags, feathers and halves. */
export function feathersOf(knots: number): { flags: number; feathers: number; halves: number } | "calm" {
  const fives = Math.round(knots / 5);
  if (fives === 0) return "calm";
  return { flags: Math.floor(fives / 10), feathers: Math.floor((fives % 10) / 2), halves: fives % 2 };
}

/** A layer of barbs of grid-relative components, [ny, nx] in m/s, thinned to what can be read. */
export function barbLayer(u: Field, v: Field, { nx, ny }: Grid): Layer {
  return (context, frame, theme) => {
    const spacing = Math.max(frame.widthPixels, frame.heightPixels) / ACROSS;
    const [stepX, stepY] = [spacing / frame.cellWidth, spacing / frame.cellHeight].map((step) =>
      Math.max(1, Math.round(step)),
    );
    const size = 0.62 * Math.max(spacing, 22);
    const draw = (): void => {
      for (let j = Math.floor(stepY / 2); j < ny; j += stepY) {
        for (let i = Math.floor(stepX / 2); i < nx; i += stepX) {
          const cell = j * nx + i;
          if (Number.isNaN(u[cell]) || Number.isNaN(v[cell])) continue;
          const [x, y] = [(i + 0.5) * frame.cellWidth, (ny - 0.5 - j) * frame.cellHeight];
          traceBarb(context, x, y, u[cell], v[cell], size);
        }
      }
    };
    context.lineJoin = "round";
    for (const [color, width] of [
      [theme.halo, size / 8],
      [theme.barb, size / 18],
    ] as const) {
      context.strokeStyle = color;
      context.fillStyle = color;
      context.lineWidth = width;
      draw();
    }
  };
}

function traceBarb(context: DrawingContext, x: number, y: number, u: number, v: number, size: number): void {
  const feathers = feathersOf(Math.hypot(u, v) * KNOTS.scale);
  context.beginPath();
  if (feathers === "calm") {
    context.arc(x, y, size * 0.13, 0, 2 * Math.PI);
    context.stroke();
    return;
  }
  context.save();
  context.translate(x, y);
  // On the page y points down: the staff, which lies along −y, is turned towards (−u, v), where the wind comes from.
  context.rotate(Math.atan2(-u, -v));
  context.moveTo(0, 0);
  context.lineTo(0, -size);
  let at = -size;
  const [long, gap] = [size * 0.42, size * 0.15];
  for (let flag = 0; flag < feathers.flags; flag++, at += gap * 1.4) {
    context.moveTo(0, at);
    context.lineTo(long, at + gap * 0.35);
    context.lineTo(0, at + gap * 1.1);
  }
  for (let feather = 0; feather < feathers.feathers; feather++, at += gap) {
    context.moveTo(0, at);
    context.lineTo(long, at - gap * 0.9);
  }
  if (feathers.halves === 1) {
    // A lone half stands a little inwards, or it would read as a whole.
    if (feathers.flags === 0 && feathers.feathers === 0) at += gap;
    context.moveTo(0, at);
    context.lineTo(long / 2, at - gap * 0.45);
  }
  context.stroke();
  if (feathers.flags > 0) context.fill();
  context.restore();
}
