/**
 * A map is a function of a field to a picture: cells as squares in the grid's own projection (nothing is interpolated, nothing is
 * resampled), north up, over a neutral base; coasts, borders and a light graticule above; colour bar, titles and notes around.
 * Cells without a number are hatched grey and counted, never coloured.
 * @module
 */
import type { Canvas } from "@napi-rs/canvas";
import { cellCount, describeGrid, type Field, type Grid } from "../../core/index.ts";
import { type ColorTable, formatShown } from "../colors.ts";
import { type FieldSummary, requireCells, summarizeField } from "../statistics.ts";
import { toDisplay } from "../units.ts";
import { baseMap } from "./base-map.ts";
import { paintCells } from "./cells.ts";
import type { DrawingContext } from "./drawing-context.ts";
import { encodePng, type Legend, namedLegend, paintFigure, tableLegend } from "./figure.ts";
import { textMeasure } from "./fonts.ts";
import { graticule } from "./graticule.ts";
import { type MapLayout, widthBesideMap } from "./layout.ts";
import { type MapFrame, mapFrame } from "./projection.ts";
import { LIGHT, type Theme } from "./theme.ts";

/** Draws something of its own on the map, whose top left corner is at the origin. */
export type Layer = (context: DrawingContext, frame: MapFrame, theme: Theme) => void;

/** What a map shows in place of a field's cells, when its colours mean members and not numbers. */
export interface Overlay {
  readonly classes: readonly { readonly label: string; readonly color: string }[];
  /** Above the classes: "member". */
  readonly heading: string;
  /** Where cells would be: under the borders. */
  readonly under?: Layer;
  /** Over the borders. */
  readonly over?: Layer;
}

export interface MapRequest {
  /** [ny, nx], row 0 in the south, stored units; NaN is missing. What the numbers at the foot are of. */
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
  /** Light unless given. */
  readonly theme?: Theme;
  /** The picture is at most so wide, pixels: 480 for a phone. */
  readonly widthPixels?: number;
  /** In place of the cells. */
  readonly overlay?: Overlay;
  /** Above everything on the map: barbs. */
  readonly above?: Layer;
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
  const { canvas, layout, summary } = paintMap(request);
  return { png: await encodePng(canvas), layout, summary };
}

/** A map that is painted and not yet a file. @internal */
export interface PaintedMap {
  readonly canvas: Canvas;
  readonly layout: MapLayout;
  readonly summary: FieldSummary;
}

/** As `drawMap`, without the file. @internal */
export function paintMap(request: MapRequest): PaintedMap {
  const { field, grid, table, theme = LIGHT, overlay } = request;
  requireCells("map", field, cellCount(grid));
  const summary = summarizeField(field);
  const legend =
    overlay === undefined ? tableLegend(table, summary.missing > 0) : namedLegend(overlay.heading, overlay.classes);
  const { frame, graticule: edges, under, over } = baseMap(grid, theme, mapWidth(request, legend));
  const whole = { x: 0, y: 0, width: frame.widthPixels, height: frame.heightPixels };
  const figure = paintFigure({
    ...whole,
    title: request.title,
    times: request.times,
    notes: [fieldNote(summary, table, grid), ...shownCells(frame), ...request.notes],
    ...(request.widthPixels !== undefined && { widest: request.widthPixels }),
    synthetic: request.synthetic,
    theme,
    left: edges.left,
    bottom: edges.bottom,
    legend,
    paint: (context) => {
      const draw = (layer: Layer | undefined): void => {
        context.save();
        layer?.(context, frame, theme);
        context.restore();
      };
      context.drawImage(under, 0, 0);
      if (overlay === undefined) paintCells(context, { field, table, grid, theme }, whole);
      draw(overlay?.under);
      context.drawImage(over, 0, 0);
      draw(overlay?.over);
      draw(request.above);
    },
  });
  return { ...figure, summary };
}

/** What a picture of limited width has left for its map; all it wants without a limit. */
function mapWidth({ grid, widthPixels }: MapRequest, { request: legend }: Legend): number | undefined {
  if (widthPixels === undefined) return undefined;
  const { left } = graticule(mapFrame(grid));
  return Math.max(1, widthPixels - widthBesideMap({ left, legend }, textMeasure()));
}

/** Where a pixel stands for several cells, which of them it shows. */
function shownCells({ cellWidth }: MapFrame): string[] {
  const cells = 1 / cellWidth;
  return cells <= 1
    ? []
    : [`Each pixel shows one of ${formatShown(cells, 1)} x ${formatShown(cells, 1)} cells: small things may be missed`];
}

/** "Field: min −10, mean 3.2, max 52.1 dBZ; 12 of 3198 cells missing. Lambert 41x78, 3 km". Extremes are of what is shown. */
function fieldNote(summary: FieldSummary, table: ColorTable, grid: Grid): string {
  const { missing } = summary;
  const gaps = missing === 0 ? "" : `; ${missing} of ${cellCount(grid)} cells missing`;
  const shown = shownSummary(summary, table);
  const values =
    shown === undefined
      ? "no cell holds a number"
      : `min ${shown.minimum}, mean ${shown.mean}, max ${shown.maximum} ${table.unit.units}${gaps}`;
  return `Field: ${values}. Grid: ${describeGrid(grid)}`;
}

/** Extremes and mean in the table's unit, as they are written; `undefined` when no cell holds a number. */
export function shownSummary(
  { minimum, maximum, mean }: FieldSummary,
  table: ColorTable,
): { minimum: string; maximum: string; mean: string } | undefined {
  if (Number.isNaN(mean)) return undefined;
  const shown = (stored: number): string => formatShown(toDisplay(table.unit, stored), table.decimals + 1);
  const [low, high] = table.unit.scale < 0 ? [maximum, minimum] : [minimum, maximum];
  return { minimum: shown(low), maximum: shown(high), mean: shown(mean) };
}
