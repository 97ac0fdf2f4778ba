/**
 * One forecast's probabilities held to what happened: for every event and lead, how many cells had it in i of M members, and in how many of
 * those it happened. A cell counts where the truth and every member have a number.
 * @module
 */
import type { Archive } from "../archive/index.ts";
import {
  type Ensemble,
  type Field,
  type LeadHours,
  RequestError,
  type VariableName,
  validTime,
} from "../core/index.ts";
import {
  availableQuantities,
  DEFAULT_THRESHOLDS,
  QUANTITIES,
  type QuantityName,
  readQuantity,
  type Threshold,
} from "../products/index.ts";
import type { EventTally } from "../recalibration/index.ts";
import { countersOf } from "./event-counters.ts";

/**
 * The thresholds to calibrate, by quantity: those given, or the usual ones of everything the channels allow.
 * @throws RequestError for a quantity they do not allow
 */
export function thresholdsFor(
  channels: Ensemble["channels"],
  asked?: readonly Threshold[],
): ReadonlyMap<QuantityName, readonly Threshold[]> {
  const available = availableQuantities(channels);
  const stranger = asked?.find(({ quantity }) => !available.includes(quantity));
  if (stranger !== undefined) {
    throw new RequestError({
      place: "--thresholds",
      expected: `quantities out of ${available.join(",")}`,
      got: stranger.quantity,
      remedy: `leave it out: the run has no ${QUANTITIES[stranger.quantity].channels.join(",")}`,
    });
  }
  return new Map(
    available.flatMap((quantity) => {
      const thresholds = asked?.filter((one) => one.quantity === quantity) ?? DEFAULT_THRESHOLDS[quantity];
      return thresholds.length === 0 ? [] : [[quantity, thresholds] as const];
    }),
  );
}

/** By quantity, lead and threshold, in the order of the map. */
export async function eventTallies(
  forecast: Ensemble,
  archive: Pick<Archive, "readField">,
  thresholdsOf: ReadonlyMap<QuantityName, readonly Threshold[]>,
): Promise<EventTally[]> {
  const tallies: EventTally[] = [];
  for (const leadHours of forecast.leadHours)
    tallies.push(...(await talliesAt(forecast, leadHours, archive, thresholdsOf)));
  return [...thresholdsOf.keys()].flatMap((quantity) => tallies.filter((tally) => tally.quantity === quantity));
}

/** All quantities of one member together: a channel is read once, though several quantities are made of it. */
async function talliesAt(
  forecast: Ensemble,
  leadHours: LeadHours,
  archive: Pick<Archive, "readField">,
  thresholdsOf: ReadonlyMap<QuantityName, readonly Threshold[]>,
): Promise<EventTally[]> {
  const { grid, initTime, memberCount } = forecast;
  const counters = [...thresholdsOf].flatMap(([quantity, thresholds]) => countersOf(quantity, thresholds, grid));
  for (let member = 0; member < memberCount; member++) {
    const read = once((channel) => forecast.readMember(member, leadHours, channel));
    for (const { quantity, add } of counters) add(await readQuantity(quantity, grid, read));
  }
  const time = validTime(initTime, leadHours);
  const readTruth = once((channel) => archive.readField(time, channel));
  const tallies: EventTally[] = [];
  for (const { quantity, finish } of counters) {
    for (const counted of finish(await readQuantity(quantity, grid, readTruth)))
      tallies.push({ ...counted, leadHours });
  }
  return tallies;
}

/** Reads each channel when it is first asked for. */
function once(read: (channel: VariableName) => Promise<Field>): (channel: VariableName) => Promise<Field> {
  const held = new Map<VariableName, Promise<Field>>();
  return (channel) => {
    const field = held.get(channel) ?? read(channel);
    held.set(channel, field);
    return field;
  };
}
