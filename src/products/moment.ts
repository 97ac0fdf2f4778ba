/**
 * What products are made of, whatever it came from: members of one valid time, read one quantity and member at a time. A forecast's lead
 * is one, so is a forecast's start or an analysed or observed hour (with a single member), and so is the largest value over a window of
 * several of them.
 * @module
 */
import {
  type Ensemble,
  type Field,
  type Grid,
  type InitTime,
  type LeadHours,
  type StateSpace,
  type ValidTime,
  type VariableName,
  validTime,
} from "../core/index.ts";
import { availableQuantities, type QuantityName, readQuantity } from "./quantity.ts";

export interface Moment {
  readonly grid: Grid;
  /** What it can be asked for. */
  readonly quantities: readonly QuantityName[];
  /** How many equally likely states; 1 for an analysis or an observation. */
  readonly memberCount: number;
  readonly validTime: ValidTime;
  /** Of forecasts. */
  readonly initTime?: InitTime;
  readonly leadHours?: LeadHours;
  /** Present when values are the largest over a window that ends at this moment: its first valid time and lead. */
  readonly since?: { readonly validTime: ValidTime; readonly leadHours?: LeadHours };
  readonly synthetic: boolean;
  /** For the foot of a map: "Method: DEF, s = 0.5 …", "Source: NOAA HRRR". */
  readonly origin: string;
  /** [ny, nx] in stored units. */
  read(member: number, quantity: QuantityName): Promise<Field>;
}

/** One state, read a channel at a time; an archive's hour is one. */
export interface ReadableState extends StateSpace {
  readonly validTime: ValidTime;
  readonly synthetic: boolean;
  /** Where it comes from, for the foot of the map: "NOAA HRRR". */
  readonly source: string;
  read(channel: VariableName): Promise<Field>;
}

/** All members of a forecast at one of its leads. */
export function forecastMoment(ensemble: Ensemble, leadHours: LeadHours): Moment {
  return {
    ...ofForecast(ensemble, leadHours),
    memberCount: ensemble.memberCount,
    read: (member, quantity) =>
      readQuantity(quantity, ensemble.grid, (channel) => ensemble.readMember(member, leadHours, channel)),
  };
}

/** The one state all members of a forecast start from. */
export function initialMoment(ensemble: Ensemble): Moment {
  return {
    ...ofForecast(ensemble, 0),
    memberCount: 1,
    read: (_, quantity) => readQuantity(quantity, ensemble.grid, (channel) => ensemble.readInitial(channel)),
  };
}

function ofForecast(ensemble: Ensemble, leadHours: LeadHours): Omit<Moment, "memberCount" | "read"> {
  const { grid, channels, initTime, synthetic, method } = ensemble;
  return {
    grid,
    quantities: availableQuantities(channels),
    validTime: validTime(initTime, leadHours),
    initTime,
    leadHours,
    synthetic,
    origin: `Method: ${method}`,
  };
}

/** An analysed or observed hour: an ensemble of one. */
export function stateMoment(state: ReadableState): Moment {
  return {
    grid: state.grid,
    quantities: availableQuantities(state.channels),
    memberCount: 1,
    validTime: state.validTime,
    synthetic: state.synthetic,
    origin: `Source: ${state.source}`,
    read: (_, quantity) => readQuantity(quantity, state.grid, (channel) => state.read(channel)),
  };
}

/**
 * The largest value of each member over several moments, cell by cell: member m is the maximum of member m's own path. Hourly states miss
 * what happened between them, so this is no hourly maximum. NaN where any of them is.
 * @throws RangeError for no moments, or moments of different sizes. Directions have no largest: they are not offered.
 * @example maximumOverTime([1, 2, 3].map((lead) => forecastMoment(ensemble, lead)))
 */
export function maximumOverTime(moments: readonly Moment[]): Moment {
  if (moments.length === 0) throw new RangeError("a window needs at least one moment, got none");
  const [first, last] = [moments[0], moments[moments.length - 1]];
  if (moments.some(({ memberCount }) => memberCount !== first.memberCount)) {
    throw new RangeError(
      `a window's moments must have the same members, got ${moments.map((m) => m.memberCount).join(",")}`,
    );
  }
  const { leadHours } = first;
  return {
    ...last,
    quantities: last.quantities.filter((quantity) => quantity !== "direction"),
    since: { validTime: first.validTime, ...(leadHours !== undefined && { leadHours }) },
    read: async (member, quantity) => {
      const largest = (await first.read(member, quantity)).slice();
      for (const moment of moments.slice(1)) {
        const field = await moment.read(member, quantity);
        for (let cell = 0; cell < largest.length; cell++) largest[cell] = Math.max(largest[cell], field[cell]);
      }
      return largest;
    },
  };
}
