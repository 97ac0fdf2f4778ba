/**
 * What a training step learns from: two hours a lead apart, both whole, both in the same split block.
 *
 *   pair at lead h: (t, t + h hours)
 *
 * @module
 */
import type { LeadHours, ValidTime } from "../core/index.ts";
import type { Archive } from "./archive.ts";
import { sequencesAt } from "./batches.ts";
import type { Split } from "./splits.ts";

/** The first times t of all pairs of one split that are admitted, ascending. */
export function pairsAt(
  archive: Archive,
  split: Split,
  leadHours: LeadHours,
  admits?: (first: ValidTime) => boolean,
): ValidTime[] {
  return sequencesAt(archive, split, leadHours, 2, admits);
}
