/**
 * Colours that differ to every eye, over the same bounds as the usual ones, so that legends read alike. The National Weather Service's red
 * beside green is one colour to one man in twelve (Sherman et al. 2024, 10.1175/BAMS-D-23-0056.1, whose ChaseSpectral and HomeyerRainbow show
 * the way). Ours are own ramps along which lightness falls without turning back, from blue to amber, so that grey paper keeps the order
 * too, and along which it rises on a dark ground; temperatures diverge from a light middle. A test holds each against simulated red-, green- and blue-blindness.
 * @module
 */
import type { Ground, Metric } from "./colors.ts";
import { turnedOver } from "./dark-colors.ts";
import type { QuantityName } from "./quantity.ts";

type Anchors = readonly string[];

/** From faint to strong: on paper pale blue, blue, then amber, brown, black; on a dark ground dark blue, blue, then amber, yellow, white. */
const STRONG: Readonly<Record<Ground, Anchors>> = {
  light: ["#dbe9f6", "#a5cfee", "#e2b544", "#d88a1c", "#b85f14", "#853a12", "#4a1d1a", "#120a12"],
  dark: ["#1b2f55", "#2a5596", "#3f78be", "#b8771f", "#d4942a", "#ecb547", "#fadd8c", "#ffffff"],
};
/** Cold to hot: dark blue, pale, dark brown; on a dark ground their lightness turned over. */
const COLD_TO_HOT: Anchors = [
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
const DIVERGING: Readonly<Record<Ground, Anchors>> = { light: COLD_TO_HOT, dark: COLD_TO_HOT.map(turnedOver) };

const RAMPS: Partial<Readonly<Record<QuantityName, Readonly<Record<Ground, Anchors>>>>> = {
  refc: STRONG,
  wind: STRONG,
  updraft: STRONG,
  cape: STRONG,
  t2m: DIVERGING,
  u10: DIVERGING,
  v10: DIVERGING,
};

/**
 * Colors for a table of `count` classes, or none where the usual ones do: those that already fall in one hue, or from brown to green by
 * lightness.
 */
export function colorblindColors(
  quantity: QuantityName,
  metric: Metric,
  { count, ground }: { readonly count: number; readonly ground: Ground },
): string[] | undefined {
  const ramps = metric === "probability" ? STRONG : metric === "value" ? RAMPS[quantity] : undefined;
  return ramps && ramp(ramps[ground], count);
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
