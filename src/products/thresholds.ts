/**
 * The thresholds whose probabilities are drawn unless others are asked for. They are written as people say them (90 °F, 35 kt)
 * and compared in stored units (K, m/s); the conversion is exact, never a rounded number copied from a table.
 * Sources: HREF and REFS product lists (NCEP enspost tables), SPC HREF viewer, HRRRCast viewer.
 * @module
 */
import { ConfigError } from "../core/index.ts";
import { QUANTITIES, type QuantityName } from "./quantity.ts";
import { asStored, type DisplayUnit, FAHRENHEIT, fromDisplay, KNOTS } from "./units.ts";

/** An event "quantity ≥ value" or "quantity ≤ value". */
export interface Threshold {
  readonly quantity: QuantityName;
  readonly direction: "atLeast" | "atMost";
  /** The number people say, in `unit`. */
  readonly value: number;
  readonly unit: DisplayUnit;
  /** The same in the unit of the stored field. */
  readonly stored: number;
}

/** The unit in which a quantity's thresholds are said. */
export function thresholdUnit(quantity: QuantityName): DisplayUnit {
  if (quantity === "t2m" || quantity === "d2m") return FAHRENHEIT;
  if (quantity === "wind") return KNOTS;
  return asStored(QUANTITIES[quantity].units);
}

/** The event "quantity ≥ value" (or ≤), value in `thresholdUnit(quantity)`. */
export function threshold(
  quantity: QuantityName,
  value: number,
  direction: Threshold["direction"] = "atLeast",
): Threshold {
  const unit = thresholdUnit(quantity);
  return { quantity, direction, value, unit, stored: fromDisplay(unit, value) };
}

const atLeast = (quantity: QuantityName, values: readonly number[]): Threshold[] =>
  values.map((value) => threshold(quantity, value));

/**
 * Grid-relative components have none: their sign means nothing to a reader. CIN ≥ −50 J/kg is a weak cap. Any number can be asked for in
 * their place (`parseThresholds`): HREF's and REFS's own are reflectivity 10 … 50 dBZ, CAPE 500, 1000, 1500, 2000, 3000 J/kg, dew point
 * 50 … 70 °F by 5 and wind 20, 30, 35, 40, 50, 60 kt.
 */
export const DEFAULT_THRESHOLDS: Readonly<Record<QuantityName, readonly Threshold[]>> = {
  refc: atLeast("refc", [20, 30, 40, 50]),
  t2m: [threshold("t2m", 32, "atMost"), ...atLeast("t2m", [90, 100])],
  d2m: atLeast("d2m", [55, 60, 65, 70]),
  u10: [],
  v10: [],
  wind: atLeast("wind", [25, 35, 50]),
  cape: atLeast("cape", [250, 500, 1000, 1500, 2000, 3000]),
  cin: atLeast("cin", [-100, -50, -25]),
  direction: [],
  depression: [threshold("depression", 3, "atMost")],
  rh: [threshold("rh", 20, "atMost"), threshold("rh", 90)],
  lcl: [threshold("lcl", 1000, "atMost")],
  updraft: [],
};

/** "Composite reflectivity >= 40 dBZ". */
export function describeThreshold({ quantity, direction, value, unit }: Threshold): string {
  return `${QUANTITIES[quantity].title} ${direction === "atLeast" ? ">=" : "<="} ${value} ${unit.units}`;
}

/** For file names: "refc_ge40", "t2m_le32F", "wind_ge35kt", "cin_ge-50". */
export function thresholdSlug({ quantity, direction, value, unit }: Threshold): string {
  const suffix = unit === FAHRENHEIT ? "F" : unit === KNOTS ? "kt" : "";
  return `${quantity}_${direction === "atLeast" ? "ge" : "le"}${value}${suffix}`;
}

/**
 * Thresholds from a command line: "refc=20,35", "t2m=<=32,90" (°F), "wind=35" (kt). A plain number means ≥.
 * @throws ConfigError when it does not read so.
 */
export function parseThresholds(text: string, place: string): Threshold[] {
  const [name, list, ...rest] = text.split(/=(.*)/s);
  const quantity = name.trim().toLowerCase() as QuantityName;
  const parts = (list ?? "").split(",").map((part) => /^\s*(<=|>=)?\s*(-?\d+(?:\.\d+)?)\s*$/.exec(part));
  if (!Object.hasOwn(QUANTITIES, quantity) || parts.some((part) => part === null) || rest.join("") !== "") {
    const expected = `QUANTITY=NUMBER,... such as refc=20,40 or t2m=<=32,90 (degrees F) or wind=35 (kt)`;
    throw new ConfigError({ place, expected, got: text });
  }
  return parts.map((part) => threshold(quantity, Number(part?.[2]), part?.[1] === "<=" ? "atMost" : "atLeast"));
}
