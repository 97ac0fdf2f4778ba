/**
 * Colours that differ to every eye, over the same bounds as the usual ones, so that legends read alike. The National Weather Service's red
 * beside green is one colour to one man in twelve (Sherman et al. 2024, 10.1175/BAMS-D-23-0056.1, whose ChaseSpectral and HomeyerRainbow show
 * the way). Ours are own ramps along which lightness falls without turning back, from blue to amber, so that grey paper keeps the order
 * too; temperatures diverge from a light middle. A test holds each against simulated red-, green- and blue-blindness.
 * @module
 */
import type { ColorTable, Metric } from "./colors.ts";
import type { QuantityName } from "./quantity.ts";

type Anchors = readonly string[];

/** From faint to strong on a light or dark ground: pale blue, blue, then amber, brown, black. Lightness falls all the way. */
const STRONG: Anchors = ["#dbe9f6", "#a5cfee", "#e2b544", "#d88a1c", "#b85f14", "#853a12", "#4a1d1a", "#120a12"];
/** Cold to hot: dark blue, pale, dark brown. */
const DIVERGING: Anchors = [
  "#0b1f4b",
  "#1f4e9c",
  "#4f8fd0",
  "#a5cdea",
  "#f7f4e6",
  "#f2cf76",
  "#d98e1f",
  "#9c4a12",
  "#4b1608",
];

const RAMPS: Partial<Readonly<Record<QuantityName, Anchors>>> = {
  refc: STRONG,
  wind: STRONG,
  updraft: STRONG,
  cape: STRONG,
  t2m: DIVERGING,
  u10: DIVERGING,
  v10: DIVERGING,
};

/** The table with its colours replaced. Those that already fall in one hue, or from brown to green by lightness, stay. */
export function colorblindTable(table: ColorTable, quantity: QuantityName, metric: Metric): ColorTable {
  const anchors = metric === "probability" ? STRONG : metric === "value" ? RAMPS[quantity] : undefined;
  return anchors === undefined ? table : { ...table, colors: ramp(anchors, table.colors.length) };
}

/** `count` colours evenly along the anchors, mixed in sRGB. */
function ramp(anchors: Anchors, count: number): string[] {
  const channels = anchors.map((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
  return Array.from({ length: count }, (_, k) => {
    const place = count === 1 ? 0 : (k / (count - 1)) * (anchors.length - 1);
    const at = Math.min(anchors.length - 2, Math.floor(place));
    const mixed = channels[at].map((from, channel) => from + (place - at) * (channels[at + 1][channel] - from));
    return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
  });
}
