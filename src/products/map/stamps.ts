/**
 * Postage stamps: every member on one picture, small, in one scale.
 * @module
 */
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { type Field, type Grid, subGrid } from "../../core/index.ts";
import type { ColorTable } from "../colors.ts";
import { baseMap } from "./base-map.ts";
import { paintCells } from "./cells.ts";
import { setFont, textMeasure } from "./fonts.ts";
import { mapFrame } from "./projection.ts";
import type { Theme } from "./theme.ts";

/** Long side of a stamp, pixels. */
const STAMP_PIXELS = 380;

/** The grid of a stamp, and how many cells of the whole grid make one of its. */
export function stampGrid(grid: Grid): { grid: Grid; by: number } {
  const by = Math.max(1, Math.ceil(Math.max(grid.nx, grid.ny) / STAMP_PIXELS));
  const [nx, ny] = [Math.ceil(grid.nx / by), Math.ceil(grid.ny / by)];
  return { by, grid: subGrid(grid, { i: 0, j: 0, nx, ny, by }) };
}

/** The largest of each `by` x `by` cells, so that a storm of one cell is still there; NaN only where all are. */
export function coarsened(field: Field, { nx, ny }: Grid, by: number): Field {
  const [width, height] = [Math.ceil(nx / by), Math.ceil(ny / by)];
  const coarse = new Float32Array(width * height).fill(Number.NaN);
  for (let j = 0; j < ny; j++) {
    const row = Math.floor(j / by) * width;
    for (let i = 0; i < nx; i++) {
      const at = row + Math.floor(i / by);
      const value = field[j * nx + i];
      if (!(coarse[at] >= value) && !Number.isNaN(value)) coarse[at] = value;
    }
  }
  return coarse;
}

/** Cells without data, borders and all, as wide as its frame: what a stamp shows. */
function stamp(field: Field, grid: Grid, table: ColorTable, theme: Theme): Canvas {
  const base = baseMap(grid, theme);
  const { widthPixels: width, heightPixels: height } = base.frame;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(base.under, 0, 0);
  paintCells(context, { field, table, grid, theme }, { x: 0, y: 0, width, height });
  context.drawImage(base.over, 0, 0);
  return canvas;
}

/** A board of stamps: how large it is and how to paint it. @internal */
export interface StampBoard {
  readonly width: number;
  readonly height: number;
  readonly paint: (context: SKRSContext2D) => void;
}

/** All stamps, each under its name, in rows that make about the shape of a screen. @internal */
export function stampBoard(
  stamps: readonly { readonly name: string; readonly field: Field }[],
  { grid, table, theme }: { grid: Grid; table: ColorTable; theme: Theme },
): StampBoard {
  const frame = mapFrame(grid);
  const scale = STAMP_PIXELS / Math.max(frame.widthPixels, frame.heightPixels);
  const [width, height] = [Math.round(frame.widthPixels * scale), Math.round(frame.heightPixels * scale)];
  const [gap, nameHeight] = [14, 26];
  const columns = Math.max(1, Math.round(Math.sqrt((stamps.length * 1.5 * (height + nameHeight)) / width)));
  const rows = Math.ceil(stamps.length / columns);
  return {
    width: columns * (width + gap) + gap,
    height: rows * (height + nameHeight + gap),
    paint: (context) => {
      textMeasure();
      setFont(context, 17, 600);
      context.textBaseline = "middle";
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      for (const [at, { name, field }] of stamps.entries()) {
        const x = gap + (at % columns) * (width + gap);
        const y = Math.floor(at / columns) * (height + nameHeight + gap);
        context.fillStyle = theme.ink;
        context.fillText(name, x, y + nameHeight / 2);
        context.drawImage(stamp(field, grid, table, theme), x, y + nameHeight, width, height);
        context.strokeStyle = theme.ink;
        context.lineWidth = 1;
        context.strokeRect(x + 0.5, y + nameHeight + 0.5, width - 1, height - 1);
      }
    },
  };
}
