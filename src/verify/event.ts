/**
 * What a probability is a probability OF. Two systems may only be compared on one event, and a forecast may only be judged by its own:
 *
 *   cell      "value ≥ threshold here"                    point probabilities; the neighborhood ensemble probability (NEP), which is
 *                                                         a smoothed estimate of the same event
 *   nearby    "value ≥ threshold anywhere within r"       neighborhood maximum ensemble probability (NMEP); HREF's and REFS's
 *
 * They are different events, the second several times as frequent (Schwartz & Sobash 2017, 10.1175/MWR-D-16-0400.1). The kind is part
 * of the type, so that judging one by the other does not compile; threshold and radius are compared when the program runs.
 * @module
 */
import { type Field, RequestError, VARIABLES, type VariableName } from "../core/index.ts";

export interface CellEvent {
  readonly kind: "cell";
  readonly variable: VariableName;
  /** The event is a value at or above this (CIN too: the weaker cap), in the variable's unit. */
  readonly threshold: number;
}

export interface NearbyEvent {
  readonly kind: "nearby";
  readonly variable: VariableName;
  readonly threshold: number;
  /** Anywhere within this distance. */
  readonly radiusKm: number;
}

export type VerifiedEvent = CellEvent | NearbyEvent;

/** A probability for every cell, 0 … 1, NaN where there is none, [ny, nx]. */
export interface EventProbability<E extends VerifiedEvent> {
  readonly event: E;
  readonly probability: Field;
  /** M when every probability is i/M of that many members, untouched; absent for smoothed, calibrated or foreign ones. */
  readonly memberCount?: number;
}

/** What happened: 1 or 0 for every cell, NaN where nobody knows, [ny, nx]. */
export interface EventOutcome<E extends VerifiedEvent> {
  readonly event: E;
  readonly happened: Field;
}

/** Short, for tables and file names: "refc>=40", "refc>=40@40km". */
export function eventName(event: VerifiedEvent): string {
  const base = `${event.variable}>=${event.threshold}`;
  return event.kind === "cell" ? base : `${base}@${event.radiusKm}km`;
}

/** For people: "composite reflectivity ≥ 40 dBZ within 40 km". */
export function describeEvent(event: VerifiedEvent): string {
  const { longName, units } = VARIABLES[event.variable];
  const base = `${longName} ≥ ${event.threshold} ${units}`;
  return event.kind === "cell" ? base : `${base} within ${event.radiusKm} km`;
}

/** @throws RequestError when the two are not one event. */
export function requireSameEvent(forecast: VerifiedEvent, outcome: VerifiedEvent): void {
  if (eventName(forecast) === eventName(outcome)) return;
  throw new RequestError({
    place: "verify",
    expected: `what happened of "${describeEvent(forecast)}"`,
    got: `"${describeEvent(outcome)}"`,
    remedy: "judge every probability by the event it is of",
  });
}
