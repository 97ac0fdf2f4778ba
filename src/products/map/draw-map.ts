/**
 * A map is a function of a field to a picture: cells as squares in the grid's own projection (nothing is interpolated, nothing is
 * resampled), north up, over a neutral base; coasts, borders and a light graticule above; colour bar, titles and notes around.
 * Cells without a number are hatched grey and counted, never coloured.
 * @module
 */
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import sharp from "sharp";
import { cellCount, describeGrid, type Field, type Grid } from "../../core/index.ts";
import { CLASS_MISSING, classify, colorize } from "../colorize.ts";
import { type ColorTable, formatShown, legendLabels } from "../colors.ts";
import { type FieldSummary, requireCells, summarizeField } from "../statistics.ts";
import { toDisplay } from "../units.ts";
import { baseMap, INK } from "./base-map.ts";
import { setFont, textMeasure } from "./fonts.ts";
import { layoutMap, type MapLayout } from "./layout.ts";
import type { MapFrame } from "./projection.ts";

export const SYNTHETIC_NOTICE = "SYNTHETIC (sandbox), not real weather";
export const EXPERIMENTAL_NOTE = "Updraft: experimental - not an official forecast";

export interface MapRequest {
  /** [ny, nx], row 0 in the south, stored units; NaN is missing. */
  readonly field: Field;
  readonly grid: Grid;
  readonly table: ColorTable;
  /** Left: what is shown and its unit, "Composite reflectivity [dBZ], ensemble mean (M=8)". */
  readonly title: string;
  /** Right: "Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z". */
  readonly times: string;
  /** Lines for the foot: the method, how a statistic is formed. */
  readonly notes: readonly string[];
  readonly synthetic: boolean;
}

export interface MapPicture {
  readonly png: Uint8Array;
  readonly layout: MapLayout;
  /** Of the field, in stored units. */
  readonly summary: FieldSummary;
}

/**
 * Draws one map. The PNG is encoded off the main thread, so that the next map can be painted meanwhile.
 * @throws ShapeError when the field does not have the grid's cells.
 */
export async function drawMap(request: MapRequest): Promise<MapPicture> {
  const { field, grid, table } = request;
  requireCells("map", field, cellCount(grid));
  const base = baseMap(grid);
  const summary = summarizeField(field);
  const layout = layoutMap(
    {
      mapWidth: base.frame.widthPixels,
      mapHeight: base.frame.heightPixels,
      title: request.title,
      times: request.times,
      ...(request.synthetic && { notice: SYNTHETIC_NOTICE }),
      notes: [fieldNote(summary, table, grid), ...request.notes, EXPERIMENTAL_NOTE],
      left: base.graticule.left,
      bottom: base.graticule.bottom,
      legend: {
        classes: table.colors.length,
        labels: legendLabels(table),
        units: table.unit.units,
        ...(table.secondUnit && { secondUnits: table.secondUnit.units }),
        openBelow: table.openBelow,
        ...(table.top !== undefined && { topLabel: formatShown(table.top, table.decimals) }),
        missing: summary.missing > 0,
      },
    },
    textMeasure(),
  );
  const canvas = createCanvas(layout.width, layout.height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, layout.width, layout.height);
  const { map } = layout;
  context.drawImage(base.under, map.x, map.y);
  drawCells(context, request, base.frame, layout);
  context.drawImage(base.over, map.x, map.y);
  context.strokeStyle = INK;
  context.lineWidth = 1;
  context.strokeRect(map.x - 0.5, map.y - 0.5, map.width + 1, map.height + 1);
  drawLegend(context, table, layout);
  drawTexts(context, layout);
  return { png: await encodePng(context, layout), layout, summary };
}

/** libspng at a low level without row filters: an eighth of the time of the canvas's own encoder, at the same size. */
function encodePng(context: SKRSContext2D, { width, height }: MapLayout): Promise<Uint8Array> {
  const { data } = context.getImageData(0, 0, width, height);
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 4, adaptiveFiltering: false })
    .toBuffer();
}

const MISSING_FILL = "#c9c9c9";
const MISSING_HATCH = "#8a8a8a";

/** "Field: min −10, mean 3.2, max 52.1 dBZ; 12 of 3198 cells missing. Lambert 41x78, 3 km". Extremes are of what is shown. */
function fieldNote({ minimum, maximum, mean, missing }: FieldSummary, table: ColorTable, grid: Grid): string {
  const decimals = table.decimals + 1;
  const shown = (stored: number): string => formatShown(toDisplay(table.unit, stored), decimals);
  const [low, high] = table.unit.scale < 0 ? [maximum, minimum] : [minimum, maximum];
  const gaps = missing === 0 ? "" : `; ${missing} of ${cellCount(grid)} cells missing`;
  const values = Number.isNaN(mean)
    ? "no cell holds a number"
    : `min ${shown(low)}, mean ${shown(mean)}, max ${shown(high)} ${table.unit.units}${gaps}`;
  return `Field: ${values}. Grid: ${describeGrid(grid)}`;
}

/** The field, one square a cell, and its gaps hatched. */
function drawCells(
  context: SKRSContext2D,
  { field, table, grid }: MapRequest,
  frame: MapFrame,
  { map }: MapLayout,
): void {
  const classes = classify(field, table);
  const pixels = colorize(classes, table, grid.nx);
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOf(pixels, grid), map.x, map.y, frame.widthPixels, frame.heightPixels);
  if (!classes.includes(CLASS_MISSING)) return;
  // The hatch is cut to the shape of the gaps by drawing it only where the mask is.
  const mask = new Uint32Array(classes.length);
  for (let row = 0; row < grid.ny; row++) {
    const from = (grid.ny - 1 - row) * grid.nx;
    for (let i = 0; i < grid.nx; i++) if (classes[from + i] === CLASS_MISSING) mask[row * grid.nx + i] = 0xff000000;
  }
  const layer = createCanvas(frame.widthPixels, frame.heightPixels);
  const stencil = layer.getContext("2d");
  stencil.imageSmoothingEnabled = false;
  stencil.drawImage(imageOf(mask, grid), 0, 0, frame.widthPixels, frame.heightPixels);
  stencil.globalCompositeOperation = "source-in";
  const hatched = createCanvas(frame.widthPixels, frame.heightPixels);
  hatch(hatched.getContext("2d"), 0, 0, frame.widthPixels, frame.heightPixels);
  stencil.drawImage(hatched, 0, 0);
  context.drawImage(layer, map.x, map.y);
}

function imageOf(pixels: Uint32Array, { nx, ny }: Grid): Canvas {
  const image = createCanvas(nx, ny);
  const context = image.getContext("2d");
  const data = context.createImageData(nx, ny);
  new Uint32Array(data.data.buffer).set(pixels);
  context.putImageData(data, 0, 0);
  return image;
}

/** Grey with diagonal lines: the sign for "no number here". */
function hatch(context: SKRSContext2D, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = MISSING_FILL;
  context.fillRect(x, y, width, height);
  context.strokeStyle = MISSING_HATCH;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 7) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
  context.restore();
}

/** The colour bar: boxes, and a point at an end that is open. */
function drawLegend(context: SKRSContext2D, table: ColorTable, { classes, missing }: MapLayout): void {
  context.strokeStyle = INK;
  context.lineWidth = 0.8;
  for (const [at, { x, y, width, height }] of classes.entries()) {
    const tip = Math.min(height, width);
    const up = at === classes.length - 1 && table.top === undefined ? tip : 0;
    const down = at === 0 && table.openBelow ? tip : 0;
    context.fillStyle = table.colors[at];
    context.beginPath();
    context.moveTo(x, y + up);
    context.lineTo(x + width / 2, y);
    if (up === 0) context.lineTo(x + width, y);
    context.lineTo(x + width, y + up);
    context.lineTo(x + width, y + height - down);
    context.lineTo(x + width / 2, y + height);
    if (down === 0) context.lineTo(x, y + height);
    context.lineTo(x, y + height - down);
    context.closePath();
    context.fill();
    context.stroke();
  }
  if (missing !== undefined) {
    hatch(context, missing.x, missing.y, missing.width, missing.height);
    context.strokeRect(missing.x, missing.y, missing.width, missing.height);
  }
}

const NOTICE_FILL = "#ffd34d";

function drawTexts(context: SKRSContext2D, { texts, notice }: MapLayout): void {
  if (notice !== undefined) {
    context.fillStyle = NOTICE_FILL;
    context.fillRect(notice.x, notice.y, notice.width, notice.height);
  }
  context.textBaseline = "middle";
  for (const { text, box, sizePixels, weight, role } of texts) {
    setFont(context, sizePixels, weight);
    context.fillStyle = role === "note" || role === "tick" ? "#4a5058" : INK;
    context.fillText(text, box.x, box.y + box.height / 2);
  }
}
