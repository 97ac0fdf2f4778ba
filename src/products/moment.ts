/**
 * What products are made of, whatever it came from: members of one valid time, read one quantity and member at a time. A forecast's lead
 * is one, so is a forecast's start or an analysed or observed hour (with a single member), and so is the largest value over a window of
 * several of them.
 * @module
 */
import {
  type Ensemble,
  type Field,
  formatHour,
  formatLead,
  type Grid,
  type InitTime,
  type LeadHours,
  SECONDS_PER_HOUR,
  type StateSource,
  type StateSpace,
  type UtcSeconds,
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
  /** Named by the valid time: one of many hours of an archive, which may all be of one lead. */
  readonly isArchived?: true;
  /** Of a state that is one lead of another model's forecast, and no analysis: that lead. */
  readonly stateLeadHours?: LeadHours;
  readonly synthetic: boolean;
  /** For the foot of a map: "Method: DEF, s = 0.5 …; started from NOAA HRRR", "Source: NOAA HRRR". */
  readonly origin: string;
  /** [ny, nx] in stored units. */
  read(member: number, quantity: QuantityName): Promise<Field>;
}

/** One state, read a channel at a time; an archive's hour is one. */
export interface ReadableState extends StateSpace, StateSource {
  readonly validTime: ValidTime;
  readonly synthetic: boolean;
  read(channel: VariableName): Promise<Field>;
}

/** All members of a forecast at one of its leads. */
export function forecastMoment(ensemble: Ensemble, leadHours: LeadHours): Moment {
  return {
    ...ofForecast(ensemble, leadHours),
    origin: `Method: ${ensemble.method}; started from ${sourceOf(ensemble)}`,
    memberCount: ensemble.memberCount,
    read: (member, quantity) =>
      readQuantity(quantity, ensemble.grid, (channel) => ensemble.readMember(member, leadHours, channel)),
  };
}

/** The one state all members of a forecast start from: its source's, not the method's. */
export function initialMoment(ensemble: Ensemble): Moment {
  const { leadHours = 0 } = ensemble.start ?? {};
  return {
    ...ofForecast(ensemble, 0),
    ...(leadHours > 0 && { stateLeadHours: leadHours }),
    origin: `Source: ${sourceOf(ensemble)}`,
    memberCount: 1,
    read: (_, quantity) => readQuantity(quantity, ensemble.grid, (channel) => ensemble.readInitial(channel)),
  };
}

function ofForecast(ensemble: Ensemble, leadHours: LeadHours): Omit<Moment, "memberCount" | "read" | "origin"> {
  const { grid, channels, initTime, synthetic } = ensemble;
  return {
    grid,
    quantities: availableQuantities(channels),
    validTime: validTime(initTime, leadHours),
    initTime,
    leadHours,
    synthetic,
  };
}

/** Whose the state at the start is: "NOAA HRRR", "NOAA HRRR, its 12 h forecast from 2023-09-14 11Z". */
function sourceOf({ start, initTime }: Pick<Ensemble, "start" | "initTime">): string {
  return start === undefined ? "a source that is not recorded" : describeSource(start, initTime);
}

function describeSource({ source, leadHours }: StateSource, time: UtcSeconds): string {
  if (leadHours === 0) return source;
  return `${source}, its ${formatLead(leadHours)} forecast from ${formatHour(begunBefore(time, leadHours))}`;
}

/** When a forecast of a lead that is valid at a time was begun. */
const begunBefore = (time: UtcSeconds, leadHours: LeadHours): InitTime =>
  (time - Math.round(leadHours * SECONDS_PER_HOUR)) as InitTime;

/** An analyzed or observed hour, or one lead of a forecast that an archive holds: an ensemble of one. */
export function stateMoment(state: ReadableState): Moment {
  const { validTime: time, leadHours } = state;
  return {
    ...(leadHours > 0 && { initTime: begunBefore(time, leadHours), leadHours, stateLeadHours: leadHours }),
    isArchived: true,
    grid: state.grid,
    quantities: availableQuantities(state.channels),
    memberCount: 1,
    validTime: time,
    synthetic: state.synthetic,
    origin: `Source: ${describeSource(state, time)}`,
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
