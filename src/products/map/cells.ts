/**
 * A field painted on its cells: one square of colour each, nothing in between; gaps hatched.
 * @module
 */
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { Field, Grid } from "../../core/index.ts";
import { CLASS_MISSING, classify, colorize } from "../colorize.ts";
import type { ColorTable } from "../colors.ts";
import type { Box } from "./layout.ts";
import type { Theme } from "./theme.ts";

/** Paints the cells into `map`, north up, and hatches those without a number. @internal */
export function paintCells(
  context: SKRSContext2D,
  { field, table, grid, theme }: { field: Field; table: ColorTable; grid: Grid; theme: Theme },
  map: Box,
): void {
  const classes = classify(field, table);
  const pixels = colorize(classes, table, grid.nx);
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOf(pixels, grid), map.x, map.y, map.width, map.height);
  if (!classes.includes(CLASS_MISSING)) return;
  // The hatch is cut to the shape of the gaps by drawing it only where the mask is.
  const mask = maskPixels(grid, (cell) => classes[cell] === CLASS_MISSING, 0xff000000);
  const layer = createCanvas(map.width, map.height);
  const stencil = layer.getContext("2d");
  stencil.imageSmoothingEnabled = false;
  stencil.drawImage(imageOf(mask, grid), 0, 0, map.width, map.height);
  stencil.globalCompositeOperation = "source-in";
  const hatched = createCanvas(map.width, map.height);
  hatch(hatched.getContext("2d"), theme, { x: 0, y: 0, width: map.width, height: map.height });
  stencil.drawImage(hatched, 0, 0);
  context.drawImage(layer, map.x, map.y);
}

/** Pixels of one colour (a little-endian RGBA word) where `inside`, north up, transparent elsewhere. */
export function maskPixels({ nx, ny }: Grid, inside: (cell: number) => boolean, color: number): Uint32Array {
  const pixels = new Uint32Array(nx * ny);
  for (let row = 0; row < ny; row++) {
    const from = (ny - 1 - row) * nx;
    for (let i = 0; i < nx; i++) if (inside(from + i)) pixels[row * nx + i] = color;
  }
  return pixels;
}

/** Pixels as an image, one a cell. @internal */
export function imageOf(pixels: Uint32Array, { nx, ny }: Grid): Canvas {
  const image = createCanvas(nx, ny);
  const context = image.getContext("2d");
  const data = context.createImageData(nx, ny);
  new Uint32Array(data.data.buffer).set(pixels);
  context.putImageData(data, 0, 0);
  return image;
}

/** Gray with diagonal lines: the sign for "no number here". @internal */
export function hatch(context: SKRSContext2D, theme: Theme, { x, y, width, height }: Box): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = theme.missing;
  context.fillRect(x, y, width, height);
  context.strokeStyle = theme.missingHatch;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 7) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
  context.restore();
}
