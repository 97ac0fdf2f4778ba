/**
 * Where everything on a map stands. Texts are measured first; what does not fit beside its neighbour goes on a line of its own,
 * what does not fit on a line is set smaller, then broken into two. No two boxes overlap and none leaves the picture.
 *
 *   title (left) ................... times (right)      or one above the other
 *   notice                                              only when there is something to warn of
 *   lat │ map                     │ colour bar │ numbers
 *       └─ lon
 *   notes
 * @module
 */
import type { FontWeight, MeasureText } from "./fonts.ts";
import type { EdgeTick } from "./graticule.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One line of text in its box; drawn from the box's left edge on its middle. */
export interface TextLine {
  readonly text: string;
  readonly box: Box;
  readonly sizePixels: number;
  readonly weight: FontWeight;
  readonly role: "title" | "times" | "notice" | "tick" | "legend" | "note";
}

export interface LegendRequest {
  readonly classes: number;
  /** Numbers at the lower edge of each class, in one or two units. */
  readonly labels: readonly { readonly first: string; readonly second?: string }[];
  readonly units: string;
  readonly secondUnits?: string;
  readonly openBelow: boolean;
  /** Number at the upper end of the last class; absent when that class is open. */
  readonly topLabel?: string;
  /** True when the map has missing cells, which then get an entry of their own. */
  readonly missing: boolean;
  /** True when labels name the classes and stand in their middle, as members do. */
  readonly named?: boolean;
}

export interface LayoutRequest {
  readonly mapWidth: number;
  readonly mapHeight: number;
  readonly title: string;
  readonly times: string;
  readonly notice?: string;
  readonly notes: readonly string[];
  readonly left: readonly EdgeTick[];
  readonly bottom: readonly EdgeTick[];
  readonly legend: LegendRequest;
  /** Titles are broken to this width, rather than widen the picture. */
  readonly widest?: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** Size of running text; line widths follow it. */
  readonly sizePixels: number;
  readonly map: Box;
  readonly notice?: Box;
  /** The colour bar's classes, lowest first. */
  readonly classes: readonly Box[];
  readonly missing?: Box;
  readonly texts: readonly TextLine[];
}

/** Pictures are at least this wide, so that titles of narrow maps stay legible. */
const LEAST_WIDTH = 640;
/** Colour bars are at least this high. */
const LEAST_BAR_HEIGHT = 260;

export function layoutMap(request: LayoutRequest, measure: MeasureText): MapLayout {
  const { mapWidth, mapHeight, legend } = request;
  const size = Math.round(Math.min(21, Math.max(14, Math.max(mapWidth, mapHeight) / 78)));
  const small = Math.round(size * 0.88);
  const pad = Math.round(size * 1.3);
  const gap = Math.round(size * 0.5);
  const widest = (texts: readonly string[], pixels = small): number =>
    Math.ceil(Math.max(0, ...texts.map((text) => measure(text, pixels, 400))));

  // Columns: latitudes | map | bar | numbers.
  const gutter = widest(request.left.map(({ label }) => label)) + gap;
  const barWidth = Math.round(size * 1.5);
  const firstWidth = widest([...legend.labels.map(({ first }) => first), legend.units, legend.topLabel ?? ""]);
  const secondWidth = widest([...legend.labels.map(({ second }) => second ?? ""), legend.secondUnits ?? ""]);
  const numbersWidth = Math.max(
    firstWidth + (secondWidth > 0 ? secondWidth + 2 * gap : 0),
    legend.missing ? widest(["missing"]) : 0,
  );
  const contentWidth = gutter + mapWidth + 3 * gap + barWidth + gap + numbersWidth;
  const leastWidth = Math.min(LEAST_WIDTH, (request.widest ?? LEAST_WIDTH + 2 * pad) - 2 * pad);
  const width = Math.ceil(Math.max(contentWidth, leastWidth) + 2 * pad);
  const originX = Math.round((width - contentWidth) / 2);
  const textWidth = width - 2 * pad;

  const texts: TextLine[] = [];
  const put = (
    text: string,
    x: number,
    top: number,
    pixels: number,
    weight: FontWeight,
    role: TextLine["role"],
  ): void => {
    const box = { x, y: top, width: measure(text, pixels, weight), height: Math.round(pixels * 1.25) };
    texts.push({ text, box, sizePixels: pixels, weight, role });
  };

  // Titles, side by side if they fit.
  let y = pad;
  const titleSize = Math.round(size * 1.2);
  const timesWidth = measure(request.times, size, 400);
  if (measure(request.title, titleSize, 600) + timesWidth + 3 * gap <= textWidth) {
    put(request.title, pad, y, titleSize, 600, "title");
    put(request.times, width - pad - timesWidth, y + titleSize - size, size, 400, "times");
    y += Math.round(titleSize * 1.25);
  } else {
    for (const [text, pixels, weight, role] of [
      [request.title, titleSize, 600, "title"],
      [request.times, size, 400, "times"],
    ] as const) {
      const fitted = fitText(text, textWidth, pixels, weight, measure);
      for (const line of fitted.lines) {
        put(line, pad, y, fitted.sizePixels, weight, role);
        y += Math.round(fitted.sizePixels * 1.35);
      }
    }
  }
  y += gap;

  let notice: Box | undefined;
  if (request.notice !== undefined) {
    const fitted = fitText(request.notice, textWidth - 2 * gap, size, 600, measure);
    const lineHeight = Math.round(fitted.sizePixels * 1.35);
    notice = { x: pad, y, width: textWidth, height: lineHeight * fitted.lines.length + gap };
    for (const [at, line] of fitted.lines.entries()) {
      const lineWidth = measure(line, fitted.sizePixels, 600);
      put(line, pad + (textWidth - lineWidth) / 2, y + gap / 2 + at * lineHeight, fitted.sizePixels, 600, "notice");
    }
    y += notice.height + gap;
  }

  // The map and its edge labels.
  const map = { x: originX + gutter, y, width: mapWidth, height: mapHeight };
  const tickHeight = Math.round(small * 1.25);
  for (const { label, at } of request.left) {
    const tick = { x: map.x - gap - measure(label, small, 400), y: map.y + at - tickHeight / 2 };
    const inside = tick.y >= map.y - tickHeight / 2 && tick.y + tickHeight <= map.y + map.height;
    if (inside && !collides(texts, { ...tick, width: gutter, height: tickHeight })) {
      put(label, tick.x, tick.y, small, 400, "tick");
    }
  }
  for (const { label, at } of request.bottom) {
    const labelWidth = measure(label, small, 400);
    const tick = { x: map.x + at - labelWidth / 2, y: map.y + map.height + gap / 2 };
    const inside = tick.x >= pad / 2 && tick.x + labelWidth <= map.x + map.width + gap;
    if (inside && !collides(texts, { x: tick.x - gap, y: tick.y, width: labelWidth + 2 * gap, height: tickHeight })) {
      put(label, tick.x, tick.y, small, 400, "tick");
    }
  }

  // The colour bar: units above, classes bottom up, "missing" below.
  const barX = map.x + map.width + 3 * gap;
  const numbersX = barX + barWidth + gap;
  const secondX = numbersX + firstWidth + 2 * gap;
  put(legend.units, numbersX, map.y, small, 400, "legend");
  if (legend.secondUnits !== undefined) put(legend.secondUnits, secondX, map.y, small, 400, "legend");
  const barTop = map.y + Math.round(tickHeight * 1.9);
  const missingSpace = legend.missing ? Math.round(tickHeight * 2) : 0;
  const barBottom = Math.max(
    map.y + map.height - missingSpace - (legend.openBelow ? 0 : tickHeight / 2),
    barTop + LEAST_BAR_HEIGHT,
  );
  const classHeight = (barBottom - barTop) / legend.classes;
  const classes = Array.from({ length: legend.classes }, (_, k) => ({
    x: barX,
    y: barBottom - (k + 1) * classHeight,
    width: barWidth,
    height: classHeight,
  }));
  const every = Math.ceil((tickHeight * 1.05) / classHeight);
  for (let k = legend.openBelow ? 1 : 0; k < legend.classes; k += every) {
    const { first, second } = legend.labels[k];
    const top = barBottom - (legend.named ? k + 0.5 : k) * classHeight - tickHeight / 2;
    put(first, numbersX, top, small, 400, "legend");
    if (second !== undefined) put(second, secondX, top, small, 400, "legend");
  }
  if (legend.topLabel !== undefined) put(legend.topLabel, numbersX, barTop - tickHeight / 2, small, 400, "legend");
  let missing: Box | undefined;
  if (legend.missing) {
    missing = { x: barX, y: barBottom + Math.round(tickHeight * 0.9), width: barWidth, height: tickHeight };
    put("missing", numbersX, missing.y, small, 400, "legend");
  }

  // Notes under everything.
  const barEnd = missing === undefined ? barBottom + tickHeight / 2 : missing.y + missing.height;
  y = Math.ceil(Math.max(map.y + map.height + gap / 2 + tickHeight, barEnd) + gap);
  for (const note of request.notes) {
    const fitted = fitText(note, textWidth, small, 400, measure);
    for (const line of fitted.lines) {
      put(line, pad, y, fitted.sizePixels, 400, "note");
      y += Math.round(fitted.sizePixels * 1.4);
    }
  }
  const height = Math.ceil(y + pad - gap);
  return {
    width,
    height,
    sizePixels: size,
    map,
    ...(notice && { notice }),
    classes,
    ...(missing && { missing }),
    texts,
  };
}

/** How much wider than its map a picture is: edge labels, color bar and margins. */
export function widthBesideMap(request: Pick<LayoutRequest, "left" | "legend">, measure: MeasureText): number {
  const bare = { mapWidth: 0, mapHeight: 0, title: "", times: "", notes: [], bottom: [], widest: 0 };
  return layoutMap({ ...bare, ...request }, measure).width;
}

/** One line if it fits at up to 15 % less than the wanted size, else as few lines as do, at that size; words longer than a line are cut with "…". */
export function fitText(
  text: string,
  width: number,
  sizePixels: number,
  weight: FontWeight,
  measure: MeasureText,
): { lines: string[]; sizePixels: number } {
  const least = Math.max(11, Math.floor(sizePixels * 0.85));
  for (let pixels = sizePixels; pixels >= least; pixels--) {
    if (measure(text, pixels, weight) <= width) return { lines: [text], sizePixels: pixels };
  }
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer, least, weight) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = cut(word, width, (part) => measure(part, least, weight));
  }
  lines.push(line);
  return { lines, sizePixels: least };
}

function cut(word: string, width: number, measureWord: (part: string) => number): string {
  if (measureWord(word) <= width) return word;
  let kept = word;
  while (kept.length > 1 && measureWord(`${kept}…`) > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** True when two boxes share area. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function collides(texts: readonly TextLine[], box: Box): boolean {
  return texts.some((text) => overlap(text.box, box));
}
