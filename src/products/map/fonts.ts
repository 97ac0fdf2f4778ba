/**
 * The map's typeface: Inter, shipped with the package and registered by name, so that a picture is the same on every machine and
 * never depends on what is installed there.
 * @module
 */
import { createRequire } from "node:module";
import { createCanvas, GlobalFonts, type SKRSContext2D } from "@napi-rs/canvas";

const FAMILY = "Updraft Inter";
const WEIGHTS = [400, 600] as const;

export type FontWeight = (typeof WEIGHTS)[number];

/** Width in pixels of one line of text. */
export type MeasureText = (text: string, sizePixels: number, weight: FontWeight) => number;

/** Sets the size and weight a context writes in. Spaces are widened a little: Inter kerns "01 00Z" almost shut. @internal */
export function setFont(context: SKRSContext2D, sizePixels: number, weight: FontWeight): void {
  context.font = `${weight} ${sizePixels}px "${FAMILY}"`;
  context.wordSpacing = `${(sizePixels * 0.1).toFixed(1)}px`;
}

let measure: MeasureText | undefined;

/** Registers the font once and returns the ruler everything is laid out with. */
export function textMeasure(): MeasureText {
  if (measure !== undefined) return measure;
  const { resolve } = createRequire(import.meta.url);
  for (const weight of WEIGHTS) {
    const file = resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
    if (GlobalFonts.registerFromPath(file, FAMILY) === null) throw new RangeError(`cannot read the font ${file}`);
  }
  const context = createCanvas(1, 1).getContext("2d");
  measure = (text, sizePixels, weight) => {
    setFont(context, sizePixels, weight);
    return context.measureText(text).width;
  };
  return measure;
}
