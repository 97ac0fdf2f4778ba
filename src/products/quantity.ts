/**
 * What can be drawn and counted: each stored variable, and wind speed, which is derived **per member**,
 *
 *   speed_m = √(u_m² + v_m²),   so that the ensemble mean is the mean of speeds, never the speed of the mean wind.
 *
 * @module
 */
import { type Field, RequestError, VARIABLES, type VariableName } from "../core/index.ts";
import { windSpeed } from "./wind.ts";

export type QuantityName = VariableName | "wind";

export interface Quantity {
  readonly name: QuantityName;
  /** For titles: "Composite reflectivity". */
  readonly title: string;
  /** Unit of the stored numbers. */
  readonly units: string;
  /** The channels it is made of, in the order `readQuantity` reads them. */
  readonly channels: readonly VariableName[];
}

const stored = (name: VariableName): Quantity => ({
  name,
  title: VARIABLES[name].longName.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
  units: VARIABLES[name].units,
  channels: [name],
});

/** The seven variables and wind speed, in the order in which they are drawn. */
export const QUANTITIES: Readonly<Record<QuantityName, Quantity>> = {
  refc: stored("refc"),
  t2m: stored("t2m"),
  d2m: stored("d2m"),
  u10: { ...stored("u10"), title: "10 m wind along grid x" },
  v10: { ...stored("v10"), title: "10 m wind along grid y" },
  wind: { name: "wind", title: "10 m wind speed", units: "m/s", channels: ["u10", "v10"] },
  cape: stored("cape"),
  cin: stored("cin"),
};

export const QUANTITY_NAMES: readonly QuantityName[] = Object.keys(QUANTITIES) as QuantityName[];

/** One quantity of one state, [ny, nx], in stored units; `read` gives a channel of that state. */
export async function readQuantity(
  name: QuantityName,
  read: (channel: VariableName) => Promise<Field>,
): Promise<Field> {
  if (name !== "wind") return read(name);
  return windSpeed(await read("u10"), await read("v10"));
}

/** The quantities that can be made of these channels. */
export function availableQuantities(channels: readonly VariableName[]): QuantityName[] {
  return QUANTITY_NAMES.filter((name) => QUANTITIES[name].channels.every((channel) => channels.includes(channel)));
}

/**
 * A comma-separated list of quantities, in the order given.
 * @throws RequestError for a name unknown, given twice, or whose channels are not among `channels`.
 */
export function parseQuantities(text: string, channels: readonly VariableName[], place: string): QuantityName[] {
  const available = availableQuantities(channels);
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  for (const [at, name] of names.entries()) {
    if (!available.includes(name as QuantityName) || names.indexOf(name) !== at) {
      const known = Object.hasOwn(QUANTITIES, name) && names.indexOf(name) === at;
      const remedy = known ? `ask only for what is stored there (channels ${channels.join(",")})` : "correct the list";
      throw new RequestError({ place, expected: `distinct names out of ${available.join(",")}`, got: text, remedy });
    }
  }
  return names as QuantityName[];
}
