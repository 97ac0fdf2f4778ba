/**
 * One colour table per quantity and metric, used by the PNGs and by the viewer. A table is a list of classes,
 *
 *   class k holds bounds[k] <= value < bounds[k + 1],   the last class is open (or ends at `top`)
 *
 * with bounds at round numbers of the unit that is shown. Values under the first bound are transparent, unless `openBelow` gives them the
 * first color. What is strong stands out from the ground, and what is weak does not: on paper the strong is dark, on a dark ground bright
 * (`dark-colors.ts`). Sources: NWS reflectivity (MetPy `NWSReflectivity`); NWS standard temperature and dew point curves of 2018, every 5 °F;
 * NCAR webplot levels for CAPE and CIN and its 10 % bins for probabilities. Diverging and sequential ramps are ColorBrewer's RdBu, Blues and
 * own ramps of falling lightness: from white through blue and green to violet for the wind, from yellow to violet for a spread.
 * @module
 */
import { colorblindColors } from "./colorblind-colors.ts";
import { turnedOver } from "./dark-colors.ts";
import { QUANTITIES, type QuantityName } from "./quantity.ts";
import { asMagnitude, asStored, CELSIUS, type DisplayUnit, FAHRENHEIT, KNOTS, PERCENT, toDisplay } from "./units.ts";

/** What a map shows of a quantity: a value of it (a state, a member, the mean), the spread, or a probability. */
export type Metric = "value" | "spread" | "probability";

export interface ColorTable {
  /** Unit of `bounds`, and how stored numbers become it. */
  readonly unit: DisplayUnit;
  /** A second unit for the legend. */
  readonly secondUnit?: DisplayUnit;
  /** Lower bound of each class, ascending, in `unit`. */
  readonly bounds: readonly number[];
  /** "#rrggbb" of each class. */
  readonly colors: readonly string[];
  /** True when the first colour also stands for everything below it. */
  readonly openBelow: boolean;
  /** The highest possible value, for quantities that have one. */
  readonly top?: number;
  /** Decimals of numbers in legends and footers. */
  readonly decimals: number;
}

const hex = (text: string): string[] => text.split(" ").map((color) => `#${color}`);
const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step);

const REFLECTIVITY: ColorTable = {
  unit: asStored("dBZ"),
  bounds: steps(5, 75, 5),
  colors: hex(
    "00ecec 01a0f6 0000f6 00ff00 00c800 009000 ffff00 e7c000 ff9000 ff0000 d60000 c00000 ff00ff 9955c9 000000",
  ),
  openBelow: false,
  decimals: 0,
};

const TEMPERATURE: ColorTable = {
  unit: FAHRENHEIT,
  secondUnit: CELSIUS,
  bounds: steps(-65, 120, 5),
  colors: hex(
    "91003f ce1256 e7298a df65b0 ff73df ffbee8 ffffff dadaeb bcbddc 9e9ac8 756bb1 54278f 0d007d 0d3d9c 0066c2 299eff " +
      "4ac7ff 73d7ff adffff 30cfc2 009996 125757 066d2c 31a354 74c476 a1d99b d3ffbe ffffb3 ffeda0 fed176 feae2a fd8d3c " +
      "fc4e2a e31a1c b10026 800026 590042 280028",
  ),
  openBelow: true,
  decimals: 0,
};

const DEW_POINT: ColorTable = {
  unit: FAHRENHEIT,
  secondUnit: CELSIUS,
  bounds: [-10, 0, 10, 20, 30, 40, 45, 50, 55, 60, 65, 70, 75, 80],
  colors: hex("3b2204 543005 8c520a bf812d cca854 dfc27d e6d9b5 d3ebe7 a9dbd3 72b8ad 318c85 01665f 003c30 002921"),
  openBelow: true,
  decimals: 0,
};

const WIND_COMPONENT: ColorTable = {
  unit: asStored("m/s"),
  bounds: [-30, -25, -20, -15, -10, -5, -2, 2, 5, 10, 15, 20, 25],
  colors: hex("053061 175290 2f79b5 5da4cb 9bc9e0 d5e7f1 f5f5f5 fbdfd0 f5b598 e58368 c94741 a51a2d 67001f"),
  openBelow: true,
  decimals: 0,
};

const WIND_SPEED: ColorTable = {
  unit: KNOTS,
  secondUnit: asStored("m/s"),
  bounds: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 100, 120, 140],
  colors: hex(
    "f1f5f7 dcebf2 bcdaea 98c9df 79bbc4 72b29c 86ad63 aba33f c98c2b da782b de662f d24a39 b93349 982459 741b60 51145a 2e0d46",
  ),
  openBelow: false,
  decimals: 0,
};

const CAPE: ColorTable = {
  unit: asStored("J/kg"),
  bounds: [100, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500, 6000],
  colors: hex(
    "e2e2e2 cfcfcf b8b8b8 9c9c9c fff3a1 ffe066 ffc93c ffad33 ff8c26 f76a1e e8431a cf1f24 ad0f3a 8f0f5f 74157c 571587 380b5f",
  ),
  openBelow: false,
  decimals: 0,
};

const CIN: ColorTable = {
  unit: asMagnitude("J/kg"),
  bounds: [25, 50, 75, 100, 150, 200, 250, 500],
  colors: hex("deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b"),
  openBelow: false,
  decimals: 0,
};

/** A quarter of the circle a hue: winds from the north blue, east green, south red, west gold. */
const DIRECTION: ColorTable = {
  unit: asStored("°"),
  bounds: [0, 22.5, 45, 67.5, 90, 112.5, 135, 157.5, 180, 202.5, 225, 247.5, 270, 292.5, 315, 337.5],
  colors: hex(
    "2b59c3 2f7ec2 319fb5 35b08c 3dac57 7bb347 b5a93c d98a3a dc5b3c d84a55 d9627a dd8f7a e0b56a b9b07c 8b93a6 5a74bd",
  ),
  openBelow: false,
  top: 360,
  decimals: 1,
};

/** Of temperatures a difference, so kelvin; small, near saturation, is green. */
const DEPRESSION: ColorTable = {
  unit: asStored("K"),
  secondUnit: { units: "°F", scale: 9 / 5, offset: 0 },
  bounds: [0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 25, 30],
  colors: hex("003c30 01665f 318c85 72b8ad a9dbd3 d3ebe7 f0efe6 e6d9b5 dfc27d cca854 bf812d 8c520a 543005"),
  openBelow: true,
  decimals: 1,
};

const HUMIDITY: ColorTable = {
  unit: asStored("%"),
  bounds: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95],
  colors: hex("543005 8c520a bf812d dfc27d f0e3c0 e3f0ee b5ddd6 7cc2b8 3f9d95 01665f 003c30"),
  openBelow: true,
  decimals: 0,
};

const LCL: ColorTable = {
  unit: asStored("m"),
  bounds: [0, 250, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 3500, 4000],
  colors: hex("08306b 08519c 2171b5 4292c6 6baed6 9ecae1 c6dbef f3e3c2 e6c48c d39c52 a86f2a 6f4314"),
  openBelow: true,
  decimals: 0,
};

const UPDRAFT: ColorTable = {
  ...WIND_SPEED,
  unit: asStored("m/s"),
  secondUnit: KNOTS,
  bounds: [10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100],
};

/** NCAR's ten bins; the first begins at 5 %, below which is nothing to see. */
export const PROBABILITY_COLORS: ColorTable = {
  unit: PERCENT,
  bounds: [5, ...steps(10, 90, 10)],
  colors: hex("d7e3ee b5caff 8fb3ff 7f97ff abcf63 e8f59e fffa14 ffd121 ffa30a ff4c00"),
  openBelow: false,
  top: 100,
  decimals: 0,
};

const VALUE_COLORS: Readonly<Record<QuantityName, ColorTable>> = {
  refc: REFLECTIVITY,
  t2m: TEMPERATURE,
  d2m: DEW_POINT,
  u10: WIND_COMPONENT,
  v10: WIND_COMPONENT,
  wind: WIND_SPEED,
  cape: CAPE,
  cin: CIN,
  direction: DIRECTION,
  depression: DEPRESSION,
  rh: HUMIDITY,
  lcl: LCL,
  updraft: UPDRAFT,
};

/** A difference of temperatures has no offset. Signs mean nothing in a standard deviation. */
const spreadUnit = ({ units, scale }: DisplayUnit): DisplayUnit => ({ units, scale: Math.abs(scale), offset: 0 });
const KELVIN_DIFFERENCE: DisplayUnit = asStored("K");

const SPREAD_RAMP: readonly string[] = hex(
  "fdf3c4 fde3a0 fdcd7b fcb35d f99649 f1773f e2573f cb3c47 ab2653 85195a 5b1254 340c3f",
);

const spread = (quantity: QuantityName, bounds: readonly number[], decimals: number): ColorTable => ({
  unit: spreadUnit(VALUE_COLORS[quantity].unit),
  ...(VALUE_COLORS[quantity].unit === FAHRENHEIT && { secondUnit: KELVIN_DIFFERENCE }),
  bounds,
  colors: SPREAD_RAMP,
  openBelow: false,
  decimals,
});

const FAHRENHEIT_SPREAD = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12];
const TEMPERATURE_SPREAD = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6];
const WIND_SPREAD = [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

const SPREAD_COLORS: Readonly<Record<QuantityName, ColorTable>> = {
  refc: spread("refc", [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25], 1),
  t2m: spread("t2m", FAHRENHEIT_SPREAD, 1),
  d2m: spread("d2m", FAHRENHEIT_SPREAD, 1),
  u10: spread("u10", WIND_SPREAD, 2),
  v10: spread("v10", WIND_SPREAD, 2),
  wind: spread("wind", [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15], 1),
  cape: spread("cape", [25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 1500], 0),
  cin: spread("cin", [5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300], 0),
  // A direction has no standard deviation; nobody draws this one.
  direction: spread("direction", steps(10, 120, 10), 0),
  depression: spread("depression", TEMPERATURE_SPREAD, 2),
  rh: spread("rh", [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25], 0),
  lcl: spread("lcl", [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 800], 0),
  updraft: spread("updraft", [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20], 1),
};

/** The familiar colours, or those that differ to every eye. */
export type Palette = "usual" | "colorblind";

/** What a map is painted on. */
export type Ground = "light" | "dark";

/** Known by their hues, in which strong and weak are told on any ground: only what would vanish in a dark one differs. */
const ON_DARK = new Map<ColorTable, readonly string[]>([
  [TEMPERATURE, TEMPERATURE.colors],
  [DIRECTION, DIRECTION.colors],
  // The Weather Service's own table ends in white.
  [REFLECTIVITY, [...REFLECTIVITY.colors.slice(0, -1), "#ffffff"]],
  [
    CAPE,
    hex(
      "33373c 43484e 555b62 6a7179 7d6c1f 99811d b89320 cf9c22 e8a024 f58426 f96a2b f94f3a f54a66 f25a97 f67fc6 f9a9e6 ffd9fb",
    ),
  ],
  [PROBABILITY_COLORS, hex("22344a 294c78 3166a6 4a86d6 5d8f3a 8fb83c c9c92e f5c01f ff9526 ff6a3c")],
]);

/** The one table for a quantity, metric, palette and ground. */
export function colorTable(
  quantity: QuantityName,
  metric: Metric,
  palette: Palette = "usual",
  ground: Ground = "light",
): ColorTable {
  const tables = { value: VALUE_COLORS, spread: SPREAD_COLORS };
  const usual = metric === "probability" ? PROBABILITY_COLORS : tables[metric][quantity];
  const count = usual.colors.length;
  const safe = palette === "colorblind" ? colorblindColors(quantity, metric, { count, ground }) : undefined;
  if (safe !== undefined) return { ...usual, colors: safe };
  return ground === "light" ? usual : { ...usual, colors: ON_DARK.get(usual) ?? usual.colors.map(turnedOver) };
}

/** How a shown number is written, without needless zeros: 26.67 → "26.7", 10 → "10", 0.25 → "0.25". */
export function formatShown(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals))).replace("-", "−");
}

/** The legend's numbers: each bound in the table's unit, and in its second unit where there is one. */
export function legendLabels(table: ColorTable): { first: string; second?: string }[] {
  return table.bounds.map((bound) => {
    const first = formatShown(bound, table.decimals);
    if (table.secondUnit === undefined) return { first };
    const stored = (bound - table.unit.offset) / table.unit.scale;
    return { first, second: formatShown(toDisplay(table.secondUnit, stored), 1) };
  });
}

/** "[dBZ]", and for CIN what is drawn of it. */
export function shownAs(quantity: QuantityName, metric: Metric): string {
  const { units } = colorTable(quantity, metric).unit;
  return `${QUANTITIES[quantity].title}${quantity === "cin" && metric === "value" ? ", magnitude" : ""} [${units}]`;
}
