/**
 * The variables Updraft knows, each defined once: what it is, its unit, how GRIB2 names it, what values are possible,
 * and the transform that makes it fit for a network. Everything downstream (archive, maps, scores) reads this table.
 *
 * Ranges: outside `hardRange` a value is impossible and the hour is rejected for that variable; outside `softRange` it is
 * suspicious and flagged. A `dropout` is a single cell that is missing, whatever the rest of its field. Sources: docs/design conventions; NCEP UPP parameter tables.
 * @module
 */
import { RequestError } from "./errors.ts";

/**
 * How GRIB2 names a quantity: parameter triple (code table 4.2) and first fixed surface (code table 4.5). It is what we write; what we
 * read may use WMO's numbers where these are NCEP's own, and the other way round (`grib2/tables/same-quantity.ts`).
 */
export interface GribSelector {
  readonly discipline: number;
  readonly category: number;
  readonly number: number;
  readonly levelType: number;
  /** Value of the first surface in its unit (m, Pa); absent when the level type has none. */
  readonly levelValue?: number;
}

/**
 * How physical values are bent before they are standardised (decision 8):
 * `linear` x; `log1p` ln(1 + x) for x ≥ 0; `signed-log` sign(x) ln(1 + |x|).
 */
export type Transform = "linear" | "log1p" | "signed-log";

/**
 * Cells that drop out of a field, far below all around them: such a cell is missing (`archive/dropouts.ts`). Below `level` a patch of
 * cells is one when most of the cells around it are more than `rise` above its warmest; anywhere a single cell is, when most of its
 * neighbors are more than `drop` above it.
 */
export interface Dropout {
  readonly level: number;
  readonly rise: number;
  readonly drop: number;
}

export interface Variable {
  readonly name: VariableName;
  readonly longName: string;
  readonly units: string;
  readonly grib: GribSelector;
  readonly hardRange: readonly [number, number];
  readonly softRange: readonly [number, number];
  readonly transform: Transform;
  /** The lowest value the field can take, where that value means "nothing there": no echo, no energy. */
  readonly floor?: number;
  /** The highest value, where the same holds: no inhibition. */
  readonly ceiling?: number;
  /** How cells that its source breaks are told from weather; absent where no source is known to break any. */
  readonly dropout?: Dropout;
  readonly cf: { readonly standardName: string; readonly heightMeters?: number; readonly comment?: string };
}

export type VariableName = "refc" | "t2m" | "d2m" | "u10" | "v10" | "cape" | "cin";

const surface = (category: number, number: number): GribSelector => ({ discipline: 0, category, number, levelType: 1 });
const above = (category: number, number: number, levelValue: number): GribSelector => ({
  discipline: 0,
  category,
  number,
  levelType: 103,
  levelValue,
});

/** The seven, in the order in which channels are stored. */
export const VARIABLES: Readonly<Record<VariableName, Variable>> = {
  refc: {
    name: "refc",
    longName: "composite reflectivity",
    units: "dBZ",
    grib: { discipline: 0, category: 16, number: 196, levelType: 10 },
    hardRange: [-35, 90],
    softRange: [-10, 75],
    transform: "linear",
    floor: -10,
    cf: { standardName: "equivalent_reflectivity_factor", comment: "maximum in the column; -10 dBZ means no echo" },
  },
  t2m: {
    name: "t2m",
    longName: "2 m temperature",
    units: "K",
    grib: above(0, 0, 2),
    hardRange: [200, 340],
    softRange: [225, 325],
    transform: "linear",
    cf: { standardName: "air_temperature", heightMeters: 2 },
  },
  d2m: {
    name: "d2m",
    longName: "2 m dew point",
    units: "K",
    grib: above(0, 6, 2),
    hardRange: [190, 315],
    softRange: [205, 305],
    transform: "linear",
    // HRRR since July 2018, above all its analyses: cells pinned near 192.12 K. Measured: docs/design/0051.
    dropout: { level: 200, rise: 20, drop: 45 },
    cf: { standardName: "dew_point_temperature", heightMeters: 2 },
  },
  u10: {
    name: "u10",
    longName: "10 m wind, along grid x",
    units: "m/s",
    grib: above(2, 2, 10),
    hardRange: [-100, 100],
    softRange: [-50, 50],
    transform: "linear",
    cf: { standardName: "x_wind", heightMeters: 10, comment: "grid-relative" },
  },
  v10: {
    name: "v10",
    longName: "10 m wind, along grid y",
    units: "m/s",
    grib: above(2, 3, 10),
    hardRange: [-100, 100],
    softRange: [-50, 50],
    transform: "linear",
    cf: { standardName: "y_wind", heightMeters: 10, comment: "grid-relative" },
  },
  cape: {
    name: "cape",
    longName: "surface-based CAPE",
    units: "J/kg",
    grib: surface(7, 6),
    // Above −1 with room to spare, for ln(1 + x).
    hardRange: [-0.5, 12_000],
    softRange: [0, 8000],
    transform: "log1p",
    floor: 0,
    cf: { standardName: "atmosphere_convective_available_potential_energy_wrt_surface" },
  },
  cin: {
    name: "cin",
    longName: "surface-based CIN",
    units: "J/kg",
    grib: surface(7, 7),
    // HRRR reaches −3060 and, rarely, a few J/kg above zero (HRRRCast's climate of three years).
    hardRange: [-4000, 10],
    softRange: [-1000, 0],
    transform: "signed-log",
    ceiling: 0,
    cf: {
      standardName: "atmosphere_convective_inhibition_wrt_surface",
      comment: "never positive: the more negative, the stronger the cap",
    },
  },
};

export const VARIABLE_NAMES: readonly VariableName[] = Object.keys(VARIABLES) as VariableName[];

/**
 * A comma-separated list of variable names, in the order given.
 * @throws RequestError for a name that is not in the table, or one given twice.
 */
export function parseVariables(text: string, place: string): VariableName[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  for (const [at, name] of names.entries()) {
    if (!Object.hasOwn(VARIABLES, name) || names.indexOf(name) !== at) {
      throw new RequestError({ place, expected: `distinct names out of ${VARIABLE_NAMES.join(",")}`, got: text });
    }
  }
  return names as VariableName[];
}
