/**
 * What all maps of one grid have in common: the neutral ground under the field, and the lines over it (graticule, counties, states,
 * countries).
 * @module
 */
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { type GeoPermissibleObjects, geoPath } from "d3-geo";
import type { Grid } from "../../core/index.ts";
import { type Ground, geography } from "./geography.ts";
import { type Graticule, graticule } from "./graticule.ts";
import { d3Projection, type MapFrame, mapFrame } from "./projection.ts";
import type { Theme } from "./theme.ts";

/** The part of a map that depends on its grid only: what lies under the field and what lies over it. @internal */
export interface BaseMap {
  readonly frame: MapFrame;
  readonly graticule: Graticule;
  readonly under: Canvas;
  readonly over: Canvas;
}

/** The latest first: maps and stamps of one forecast, which take turns. */
let latest: readonly { readonly key: string; readonly base: BaseMap }[] = [];
const KEPT = 2;

/** Drawn once a grid: the maps of a forecast all share it. @internal */
export function baseMap(grid: Grid, theme: Theme, widest?: number): BaseMap {
  const key = JSON.stringify([grid, theme.name, widest]);
  const known = latest.find((entry) => entry.key === key);
  if (known !== undefined) return known.base;
  const frame = mapFrame(grid, widest);
  const lines = graticule(frame);
  const { ground, countries, states, counties } = geography(frame);
  const { widthPixels: width, heightPixels: height } = frame;
  const projection = d3Projection(frame);

  const under = createCanvas(width, height);
  paintGround(under.getContext("2d"), { ground, projection, theme, width, height });

  const over = createCanvas(width, height);
  const pen = over.getContext("2d");
  const unit = Math.min(1.25, Math.max(width, height) / 1150);
  const stroke = (shape: GeoPermissibleObjects, color: string, lineWidth: number, dash: number[] = []): void => {
    pen.strokeStyle = color;
    pen.lineWidth = Math.max(0.6, lineWidth * unit);
    pen.setLineDash(dash.map((length) => length * unit));
    pen.lineJoin = "round";
    trace(pen, projection, shape);
    pen.stroke();
  };
  stroke({ type: "MultiLineString", coordinates: [...lines.lines] }, theme.graticule, 0.8, [2, 4]);
  const shores = (color: string, lineWidth: number): void => {
    stroke(ground.inlandLakes, color, lineWidth);
    // Of the Great Lakes the far shore: the near one is among the states' lines, a pixel or two beside.
    pen.save();
    trace(pen, projection, ground.countries);
    pen.clip();
    stroke(ground.lakes, color, lineWidth);
    pen.restore();
  };
  shores(theme.casing, 2);
  for (const [shape, lineWidth] of [
    [counties, 2],
    [states, 2.8],
    [countries, 2.8],
  ] as const) {
    if (shape !== undefined) stroke(shape, theme.casing, lineWidth);
  }
  if (counties !== undefined) stroke(counties, theme.county, 0.7);
  shores(theme.border, 0.8);
  stroke(states, theme.border, 1.1);
  stroke(countries, theme.border, 1.1);

  const base = { frame, graticule: lines, under, over };
  latest = [{ key, base }, ...latest].slice(0, KEPT);
  return base;
}

/** Water, and the land on it; lakes are water too. */
function paintGround(
  context: SKRSContext2D,
  {
    ground,
    projection,
    theme,
    width,
    height,
  }: {
    readonly ground: Ground;
    readonly projection: ReturnType<typeof d3Projection>;
    readonly theme: Theme;
    readonly width: number;
    readonly height: number;
  },
): void {
  const fill = (shape: GeoPermissibleObjects, color: string): void => {
    context.fillStyle = color;
    trace(context, projection, shape);
    context.fill();
  };
  context.fillStyle = theme.water;
  context.fillRect(0, 0, width, height);
  fill(ground.countries, theme.land);
  context.strokeStyle = theme.land;
  context.lineWidth = 5;
  trace(context, projection, ground.seam);
  context.stroke();
  fill(ground.lakes, theme.water);
  fill(ground.unitedStates, theme.land);
  fill(ground.inlandLakes, theme.water);
}

/** Puts the projected shape on the context as its current path. */
function trace(
  context: SKRSContext2D,
  projection: ReturnType<typeof d3Projection>,
  shape: GeoPermissibleObjects,
): void {
  context.beginPath();
  geoPath(projection, context as unknown as CanvasRenderingContext2D)(shape);
}
