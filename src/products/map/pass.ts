/**
 * What makes pictures of one quantity at one moment: a pass over its members.
 * @module
 */
import type { Field } from "../../core/index.ts";
import type { Moment } from "../moment.ts";
import type { QuantityName } from "../quantity.ts";
import type { MapWriter } from "./map-writer.ts";
import type { MapPlan } from "./plan.ts";
import type { PlateDrawer } from "./plates.ts";

/** One quantity of one moment. */
export interface QuantityJob {
  readonly moment: Moment;
  readonly quantity: QuantityName;
  readonly plan: MapPlan;
  readonly plates: PlateDrawer;
  readonly writer: MapWriter;
}

/** Takes the members one at a time, then draws. */
export interface Pass {
  add(member: Field, index: number): Promise<void> | void;
  finish(): Promise<void>;
}

/** A product of one quantity: how many pictures, and the pass that makes them. */
export interface QuantityProduct {
  readonly count: number;
  readonly begin: () => Pass;
}

export type DescribeProduct = (job: QuantityJob) => QuantityProduct | undefined;
