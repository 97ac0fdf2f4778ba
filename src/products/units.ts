/**
 * Units for people. Fields stay in the units of the archive; a picture or a legend shows them in another:
 *
 *   shown = stored · scale + offset
 *
 * Source: BIPM SI brochure (°C), NIST SP 811 (°F, 1 kt = 1852/3600 m/s).
 * @module
 */

/** A unit a stored quantity can be shown in. */
export interface DisplayUnit {
  readonly units: string;
  readonly scale: number;
  readonly offset: number;
}

/** The stored number itself. */
export const asStored = (units: string): DisplayUnit => ({ units, scale: 1, offset: 0 });

/** Kelvin shown in degrees Celsius. */
export const CELSIUS: DisplayUnit = { units: "°C", scale: 1, offset: -273.15 };
/** Kelvin shown in degrees Fahrenheit. */
export const FAHRENHEIT: DisplayUnit = { units: "°F", scale: 9 / 5, offset: 32 - (273.15 * 9) / 5 };
/** Metres per second shown in knots. */
export const KNOTS: DisplayUnit = { units: "kt", scale: 3600 / 1852, offset: 0 };
/** A fraction shown in per cent. */
export const PERCENT: DisplayUnit = { units: "%", scale: 100, offset: 0 };
/** A quantity that is never positive (CIN) shown as how strong it is. */
export const asMagnitude = (units: string): DisplayUnit => ({ units, scale: -1, offset: 0 });

export function toDisplay({ scale, offset }: DisplayUnit, stored: number): number {
  return stored * scale + offset;
}

export function fromDisplay({ scale, offset }: DisplayUnit, shown: number): number {
  return (shown - offset) / scale;
}
