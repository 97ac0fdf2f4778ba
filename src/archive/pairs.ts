/**
 * What a training step learns from: two hours a lead apart, both whole, both in the same split block.
 *
 *   pair at lead h: (t, t + h hours)
 *
 * The lead is hours of the clock, never a difference of indices, so a missing hour can't glue two distant ones together.
 * @module
 */
import { type LeadHours, SECONDS_PER_HOUR, type ValidTime } from "../core/index.ts";
import type { Archive } from "./archive.ts";
import { blockOf, type Split } from "./splits.ts";

/** The first times t of all pairs of one split, ascending. */
export function pairsAt(archive: Archive, split: Split, leadHours: LeadHours): ValidTime[] {
  const whole = new Set(archive.times.filter((time) => archive.isWhole(time)));
  const lead = Math.round(leadHours * SECONDS_PER_HOUR);
  return [...whole].filter((time) => {
    const later = (time + lead) as ValidTime;
    const block = blockOf(archive.splits, time);
    return block?.split === split && whole.has(later) && blockOf(archive.splits, later) === block;
  });
}
