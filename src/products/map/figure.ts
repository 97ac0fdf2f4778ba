/**
 * What surrounds every picture: title and times above, the warning of synthetic data, edge labels, colour bar and notes. What is inside the
 * frame is up to the caller.
 * @module
 */
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import sharp from "sharp";
import { type ColorTable, formatShown, legendLabels } from "../colors.ts";
import { hatch } from "./cells.ts";
import { setFont, textMeasure } from "./fonts.ts";
import type { EdgeTick } from "./graticule.ts";
import { type LegendRequest, layoutMap, type MapLayout } from "./layout.ts";
import type { Theme } from "./theme.ts";

export const SYNTHETIC_NOTICE = "SYNTHETIC (sandbox), not real weather";
export const EXPERIMENTAL_NOTE = "Updraft: experimental - not an official forecast";

/** The colour bar: its numbers or names, its colours, and which ends are open. */
export interface Legend {
  readonly request: LegendRequest;
  readonly colors: readonly string[];
  readonly openAbove: boolean;
}

/** @internal */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly times: string;
  readonly notes: readonly string[];
  readonly synthetic: boolean;
  readonly theme: Theme;
  readonly left?: readonly EdgeTick[];
  readonly bottom?: readonly EdgeTick[];
  readonly legend: Legend;
  /** Titles are broken to this width, rather than widen the picture. */
  readonly widest?: number;
  /** Draws within the frame, whose top left corner is at the origin; what leaves it is cut off. */
  readonly paint: (context: SKRSContext2D) => void;
}

/** The figure, painted. @internal */
export function paintFigure(figure: Figure): { canvas: Canvas; layout: MapLayout } {
  const { theme, legend } = figure;
  const layout = layoutMap(
    {
      mapWidth: figure.width,
      mapHeight: figure.height,
      title: figure.title,
      times: figure.times,
      ...(figure.synthetic && { notice: SYNTHETIC_NOTICE }),
      notes: [...figure.notes, EXPERIMENTAL_NOTE],
      left: figure.left ?? [],
      bottom: figure.bottom ?? [],
      legend: legend.request,
      ...(figure.widest !== undefined && { widest: figure.widest }),
    },
    textMeasure(),
  );
  const canvas = createCanvas(layout.width, layout.height);
  const context = canvas.getContext("2d");
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, layout.width, layout.height);
  const { map } = layout;
  context.save();
  context.beginPath();
  context.rect(map.x, map.y, map.width, map.height);
  context.clip();
  context.translate(map.x, map.y);
  figure.paint(context);
  context.restore();
  context.strokeStyle = theme.ink;
  context.lineWidth = 1;
  context.strokeRect(map.x - 0.5, map.y - 0.5, map.width + 1, map.height + 1);
  drawLegend(context, theme, layout, legend);
  drawTexts(context, theme, layout);
  return { canvas, layout };
}

/** The legend of a table of numbers; `missing` when the picture has gaps. */
export function tableLegend(table: ColorTable, missing: boolean): Legend {
  return {
    colors: table.colors,
    openAbove: table.top === undefined,
    request: {
      classes: table.colors.length,
      labels: legendLabels(table),
      units: table.unit.units,
      ...(table.secondUnit && { secondUnits: table.secondUnit.units }),
      openBelow: table.openBelow,
      ...(table.top !== undefined && { topLabel: formatShown(table.top, table.decimals) }),
      missing,
    },
  };
}

/** The legend of classes that have names. */
export function namedLegend(
  heading: string,
  classes: readonly { readonly label: string; readonly color: string }[],
): Legend {
  const labels = classes.map(({ label }) => ({ first: label }));
  return {
    colors: classes.map(({ color }) => color),
    openAbove: false,
    request: { classes: classes.length, labels, units: heading, openBelow: false, missing: false, named: true },
  };
}

/** libspng at a low level without row filters: an eighth of the time of the canvas's own encoder, at the same size. @internal */
export function encodePng(canvas: Canvas): Promise<Uint8Array> {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 4, adaptiveFiltering: false })
    .toBuffer();
}

/** The colour bar: boxes, and a point at an end that is open. */
function drawLegend(
  context: SKRSContext2D,
  theme: Theme,
  { classes, missing }: MapLayout,
  { colors, openAbove, request: { openBelow } }: Legend,
): void {
  context.strokeStyle = theme.ink;
  context.lineWidth = 0.8;
  for (const [at, { x, y, width, height }] of classes.entries()) {
    const tip = Math.min(height, width);
    const up = at === classes.length - 1 && openAbove ? tip : 0;
    const down = at === 0 && openBelow ? tip : 0;
    context.fillStyle = colors[at];
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
    hatch(context, theme, missing);
    context.strokeRect(missing.x, missing.y, missing.width, missing.height);
  }
}

function drawTexts(context: SKRSContext2D, theme: Theme, { texts, notice }: MapLayout): void {
  if (notice !== undefined) {
    context.fillStyle = theme.notice;
    context.fillRect(notice.x, notice.y, notice.width, notice.height);
  }
  context.textBaseline = "middle";
  for (const { text, box, sizePixels, weight, role } of texts) {
    setFont(context, sizePixels, weight);
    context.fillStyle =
      role === "notice" ? theme.noticeInk : role === "note" || role === "tick" ? theme.quiet : theme.ink;
    context.fillText(text, box.x, box.y + box.height / 2);
  }
}
