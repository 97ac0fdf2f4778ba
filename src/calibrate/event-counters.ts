/**
 * Members counted by event and then held to what happened, by the accumulators that draw the maps, so that what is calibrated is what is
 * shown: at the point, and for what is small and moves about also anywhere within 40 km.
 * @module
 */
import { cellCount, type Field, type Grid, isPlane } from "../core/index.ts";
import {
  accumulateExceedance,
  accumulateNearby,
  eventMask,
  eventOfThreshold,
  nearnessSlug,
  type QuantityName,
  SCATTERED,
  type Threshold,
  thresholdSlug,
  WITHIN_40_KM,
} from "../products/index.ts";
import { type EventTally, type ShareTally, shareTally } from "../recalibration/index.ts";

/** Of one quantity at one time. */
export interface EventCounter {
  readonly quantity: QuantityName;
  /** Takes the next member's field; keeps no reference to it. */
  readonly add: (member: Field) => void;
  /** The tallies, given the field that happened. */
  readonly finish: (truth: Field) => Omit<EventTally, "leadHours">[];
}

/** A grid without kilometers has no events within some. */
export function countersOf(quantity: QuantityName, thresholds: readonly Threshold[], grid: Grid): EventCounter[] {
  const point = pointCounter(quantity, thresholds, grid);
  const isNearby = SCATTERED.includes(quantity) && isPlane(grid);
  return isNearby ? [point, nearbyCounter(quantity, thresholds, grid)] : [point];
}

function pointCounter(quantity: QuantityName, thresholds: readonly Threshold[], grid: Grid): EventCounter {
  const members = accumulateExceedance(cellCount(grid), thresholds);
  return {
    quantity,
    add: (member) => members.add(member),
    finish: (truth) =>
      members.finish().map(({ threshold, probability, memberCount }) => ({
        ...eventOfThreshold(threshold),
        name: thresholdSlug(threshold),
        tally: tallied(probability, eventMask(truth, threshold), memberCount),
      })),
  };
}

function nearbyCounter(quantity: QuantityName, thresholds: readonly Threshold[], grid: Grid): EventCounter {
  const members = accumulateNearby(grid, thresholds, WITHIN_40_KM);
  return {
    quantity,
    add: (member) => members.add(member),
    finish: (truth) => {
      // What happened is an ensemble of one: its shares are 0 and 1.
      const observed = accumulateNearby(grid, thresholds, WITHIN_40_KM);
      observed.add(truth);
      const happened = observed.finish();
      return members.finish().map(({ threshold, probability, memberCount }, at) => ({
        ...eventOfThreshold(threshold, WITHIN_40_KM.radiusKm),
        name: `${thresholdSlug(threshold)}_nmep_${nearnessSlug(WITHIN_40_KM)}`,
        tally: tallied(probability, happened[at].probability, memberCount),
      }));
    },
  };
}

/**
 * @param shares of members, NaN where one is missing
 * @param happened 1 or 0; anything else where nobody knows
 */
function tallied(shares: Field, happened: ArrayLike<number>, memberCount: number): ShareTally {
  const [count, events] = [0, 1].map(() => Array.from({ length: memberCount + 1 }, () => 0));
  for (let cell = 0; cell < shares.length; cell++) {
    const known = happened[cell] === 0 || happened[cell] === 1;
    if (Number.isNaN(shares[cell]) || !known) continue;
    const members = Math.round(shares[cell] * memberCount);
    count[members]++;
    events[members] += happened[cell];
  }
  return shareTally(count, events);
}
