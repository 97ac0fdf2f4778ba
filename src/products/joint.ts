/**
 * Joint probabilities: the share of **members** that meet all conditions, each at the point or within a distance of it, in the same
 * member at the same time. Never the product of the single probabilities: storms and instability go together.
 *
 *   P(A and B) = (1/M) Σ 1[A in member m] · 1[B in member m]
 *
 * Precedent: HREF's joint of wind and humidity. The smallest above zero is 1/M.
 * @module
 */
import { ConfigError, cellCount, type Field, type Grid } from "../core/index.ts";
import { anyWithin, disc, type EventMask, UNKNOWN } from "../neighborhood/index.ts";
import { accumulateMemberShare, eventMask, type MemberShare } from "./member-share.ts";
import { QUANTITIES, type QuantityName } from "./quantity.ts";
import { describeThreshold, type Threshold, threshold } from "./thresholds.ts";

export interface Condition {
  readonly threshold: Threshold;
  /** Anywhere within this distance; at the point when absent. */
  readonly withinKm?: number;
}

export interface JointEvent {
  /** For file names and options: "initiation". */
  readonly name: string;
  /** For titles: "Initiation favourable". */
  readonly title: string;
  readonly conditions: readonly Condition[];
}

/** What forecasters of convection ask of several variables at once. */
export const JOINT_EVENTS: readonly JointEvent[] = [
  {
    name: "initiation",
    title: "Initiation favorable",
    conditions: [{ threshold: threshold("cape", 1000) }, { threshold: threshold("cin", -50) }],
  },
  {
    name: "unstable_storm",
    title: "Storm in unstable air",
    conditions: [{ threshold: threshold("refc", 40), withinKm: 40 }, { threshold: threshold("cape", 1000) }],
  },
  {
    name: "windy_storm",
    title: "Windy storm",
    conditions: [
      { threshold: threshold("refc", 40), withinKm: 40 },
      { threshold: threshold("wind", 35), withinKm: 40 },
    ],
  },
  {
    name: "moist_unstable",
    title: "Moist and unstable",
    conditions: [{ threshold: threshold("d2m", 60) }, { threshold: threshold("cape", 1500) }],
  },
];

/** "Composite reflectivity >= 40 dBZ within 40 km and Surface-based CAPE >= 1000 J/kg". */
export function describeConditions({ conditions }: JointEvent): string {
  return conditions
    .map(({ threshold: asked, withinKm }) =>
      withinKm === undefined ? describeThreshold(asked) : `${describeThreshold(asked)} within ${withinKm} km`,
    )
    .join(" and ");
}

/** The quantities an event needs, each once. */
export function quantitiesOfEvent({ conditions }: JointEvent): QuantityName[] {
  return [...new Set(conditions.map(({ threshold: { quantity } }) => quantity))];
}

export interface JointAccumulator {
  /** Takes the next member's fields, one a quantity of `quantitiesOfEvent`; keeps none. */
  add(member: ReadonlyMap<QuantityName, Field>): void;
  finish(): MemberShare;
}

/**
 * Counts one member at a time. NaN where a condition is unknown in any member.
 * @throws RequestError on a grid whose cells have no size, when a condition has a distance.
 */
export function accumulateJoint(grid: Grid, { conditions }: JointEvent): JointAccumulator {
  const shapes = conditions.map(({ withinKm }) => (withinKm === undefined ? undefined : disc(grid, withinKm)));
  const share = accumulateMemberShare(cellCount(grid));
  return {
    add: (member) => {
      let all: EventMask | undefined;
      for (const [at, { threshold: asked }] of conditions.entries()) {
        const field = member.get(asked.quantity);
        if (field === undefined) throw new RangeError(`a member without ${asked.quantity}`);
        const [events, shape] = [eventMask(field, asked), shapes[at]];
        const met = shape === undefined ? events : anyWithin(events, grid, shape);
        all = all === undefined ? met : both(all, met);
      }
      if (all !== undefined) share.add(all);
    },
    finish: () => share.finish(),
  };
}

/** 1 where both are; unknown where either is. */
function both(a: EventMask, b: EventMask): EventMask {
  for (let cell = 0; cell < a.length; cell++) a[cell] = ((a[cell] | b[cell]) & UNKNOWN) | (a[cell] & b[cell] & 1);
  return a;
}

const CONDITION = /^\s*([a-z0-9]+)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*(?:@\s*(\d+(?:\.\d+)?)\s*(?:km)?)?\s*$/;

/**
 * An event from a command line: "severe: refc>=50@40 & cape>=2000 & wind>=35@40"; numbers in the units thresholds are said in, @ the distance
 * in km within which the condition may be met.
 * @throws ConfigError when it does not read so.
 */
export function parseJointEvent(text: string, place: string): JointEvent {
  const [, name, list] = /^\s*([a-z][a-z0-9_]*)\s*:(.*)$/s.exec(text) ?? [];
  const parts = (list ?? "").split("&").map((part) => CONDITION.exec(part));
  const conditions = parts.flatMap((part) => {
    const [, quantity, relation, value, km] = part ?? [];
    if (quantity === undefined || !Object.hasOwn(QUANTITIES, quantity)) return [];
    const asked = threshold(quantity as QuantityName, Number(value), relation === "<=" ? "atMost" : "atLeast");
    return [{ threshold: asked, ...(km !== undefined && { withinKm: Number(km) }) }];
  });
  if (name === undefined || conditions.length !== parts.length || conditions.length < 2) {
    const expected = `NAME: QUANTITY>=NUMBER[@KM] & ..., two or more, such as "severe: refc>=50@40 & cape>=2000"`;
    throw new ConfigError({ place, expected, got: text });
  }
  return { name, title: name.replaceAll("_", " ").replace(/^[a-z]/, (letter) => letter.toUpperCase()), conditions };
}
