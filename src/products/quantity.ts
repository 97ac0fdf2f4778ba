/**
 * What can be drawn and counted: each stored variable, and what follows from several of them **per member**,
 *
 *   wind        √(u² + v²)                   so that the ensemble mean is the mean of speeds, never the speed of the mean wind
 *   direction   where the wind comes from    earth-relative; on a circle, so without a mean over members, a spread or percentiles
 *   depression  T − T_d                      rh, lcl: relative humidity and height of the LCL, of T and T_d
 *   updraft     √(2 CAPE)                    an upper bound
 *
 * @module
 */
import { type Field, type Grid, RequestError, VARIABLES, type VariableName } from "../core/index.ts";
import { lclHeight, relativeHumidity, theoreticalUpdraft } from "./thermodynamics.ts";
import { windDirection, windSpeed } from "./wind.ts";

export type QuantityName = VariableName | "wind" | "direction" | "depression" | "rh" | "lcl" | "updraft";

export interface Quantity {
  readonly name: QuantityName;
  /** For titles: "Composite reflectivity". */
  readonly title: string;
  /** Unit of the stored numbers. */
  readonly units: string;
  /** The channels it is made of, in the order `make` takes them. */
  readonly channels: readonly VariableName[];
  /** [ny, nx] of the channels' fields, in stored units. */
  readonly make: (channels: readonly Field[], grid: Grid) => Field;
  /** Lies on a circle: 359° and 1° are near, and their mean is not 180°. */
  readonly circular?: true;
  /** Drawn only when asked for by name. */
  readonly onRequest?: true;
}

const stored = (name: VariableName): Quantity => ({
  name,
  title: VARIABLES[name].longName.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
  units: VARIABLES[name].units,
  channels: [name],
  make: ([field]) => field,
});

const derived = (
  name: QuantityName,
  title: string,
  units: string,
  channels: readonly VariableName[],
  make: Quantity["make"],
): Quantity => ({ name, title, units, channels, make, onRequest: true });

const ofTemperatures =
  (of: (temperature: number, dewPoint: number) => number): Quantity["make"] =>
  ([temperature, dewPoint]) =>
    temperature.map((value, cell) => of(value, dewPoint[cell]));

/** The seven variables and wind speed, then what is drawn on request, in the order in which they are drawn. */
export const QUANTITIES: Readonly<Record<QuantityName, Quantity>> = {
  refc: stored("refc"),
  t2m: stored("t2m"),
  d2m: stored("d2m"),
  u10: { ...stored("u10"), title: "10 m wind along grid x" },
  v10: { ...stored("v10"), title: "10 m wind along grid y" },
  wind: {
    name: "wind",
    title: "10 m wind speed",
    units: "m/s",
    channels: ["u10", "v10"],
    make: ([u, v]) => windSpeed(u, v),
  },
  cape: stored("cape"),
  cin: stored("cin"),
  direction: {
    ...derived("direction", "10 m wind direction", "degrees", ["u10", "v10"], ([u, v], grid) =>
      windDirection(u, v, grid),
    ),
    circular: true,
  },
  depression: derived(
    "depression",
    "2 m dew point depression",
    "K",
    ["t2m", "d2m"],
    ofTemperatures((temperature, dewPoint) => temperature - dewPoint),
  ),
  rh: derived("rh", "2 m relative humidity", "%", ["t2m", "d2m"], ofTemperatures(relativeHumidity)),
  lcl: derived("lcl", "LCL height (125 m/K)", "m", ["t2m", "d2m"], ofTemperatures(lclHeight)),
  updraft: derived("updraft", "Theoretical updraft, sqrt(2 CAPE)", "m/s", ["cape"], ([cape]) =>
    cape.map(theoreticalUpdraft),
  ),
};

export const QUANTITY_NAMES: readonly QuantityName[] = Object.keys(QUANTITIES) as QuantityName[];

/** Quantities whose events are small and move about: what "within 40 km" and a member's painted area are for. HREF asks it of storms alone. */
export const SCATTERED: readonly QuantityName[] = ["refc", "wind"];

/** One quantity of one state, [ny, nx], in stored units; `read` gives a channel of that state. */
export async function readQuantity(
  name: QuantityName,
  grid: Grid,
  read: (channel: VariableName) => Promise<Field>,
): Promise<Field> {
  const { channels, make } = QUANTITIES[name];
  const fields: Field[] = [];
  for (const channel of channels) fields.push(await read(channel));
  return make(fields, grid);
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
