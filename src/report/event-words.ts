/**
 * What an event is called in pictures, tables and sentences, from its name in the numbers. Names hold thresholds in the unit of the stored
 * field; people are told them in the unit they were defined in: HREF's 305.372 K is 90 °F.
 * @module
 */
import { VARIABLES, type VariableName } from "../core/index.ts";
import { formatShown, thresholdUnit, toDisplay } from "../products/index.ts";

interface NamedEvent {
  readonly variable: VariableName;
  /** "90 °F", "40 dBZ", "−50 J/kg". */
  readonly threshold: string;
  readonly radiusKm?: string;
}

/** HREF's thresholds in kelvin are rounded to 0.01 or 0.001 K, so tenths of a degree tell which was meant. */
const DECIMALS = 1;

function parse(event: string): NamedEvent | undefined {
  const match = /^([a-z0-9]+)>=(-?[\d.]+)(?:@([\d.]+)km)?$/.exec(event);
  if (match === null || !Object.hasOwn(VARIABLES, match[1])) return undefined;
  const variable = match[1] as VariableName;
  const unit = thresholdUnit(variable);
  const threshold = `${formatShown(toDisplay(unit, Number(match[2])), DECIMALS)} ${unit.units}`;
  return { variable, threshold, ...(match[3] !== undefined && { radiusKm: match[3] }) };
}

const within = ({ radiusKm }: NamedEvent): string => (radiusKm === undefined ? "" : ` within ${radiusKm} km`);

/**
 * "At least" in words: Inter's Latin letters have no sign for it.
 * @example eventWords("refc>=40@40km") → "composite reflectivity at least 40 dBZ within 40 km"
 */
export function eventWords(event: string): string {
  const named = parse(event);
  return named === undefined
    ? event
    : `${VARIABLES[named.variable].longName} at least ${named.threshold}${within(named)}`;
}

/**
 * Short, for tables.
 * @example eventSigns("t2m>=305.372@40km") → "t2m ≥ 90 °F within 40 km"
 */
export function eventSigns(event: string): string {
  const named = parse(event);
  return named === undefined ? event : `${named.variable} ≥ ${named.threshold}${within(named)}`;
}

/**
 * A metric's name with its event as people say it.
 * @example metricSigns("Brier t2m>=305.372") → "Brier t2m ≥ 90 °F"
 */
export function metricSigns(metric: string): string {
  return metric.replace(/[a-z0-9]+>=[^ ]+/, eventSigns);
}

/**
 * For file names.
 * @example eventSlug("t2m>=305.372@40km") → "t2m_ge90F_within40km"
 */
export function eventSlug(event: string): string {
  const named = parse(event);
  if (named === undefined) return event.replace("@", "_within");
  const [number, units] = named.threshold.split(" ");
  const suffix = units === "°F" ? "F" : "";
  const radius = named.radiusKm === undefined ? "" : `_within${named.radiusKm}km`;
  return `${named.variable}_ge${number.replace("−", "-")}${suffix}${radius}`;
}
