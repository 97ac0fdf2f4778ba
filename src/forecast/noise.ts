/**
 * The noise of one step of one member: N(0, 1), keyed by member, lead and time, and where asked for remembered from step to step,
 *
 *   z_k = ρ z_{k−1} + √(1 − ρ²) ξ_k,    z_1 = ξ_1
 *
 * which is unit noise again. ρ = 0 (default) draws each step afresh. z_k is worked out from the ξ of the steps before, so a member that goes
 * on after a stop, or on another machine, has the noise it would have had.
 * @module
 */
import { leadSeconds, normals } from "../core/index.ts";
import type { StepOf } from "./forecaster.ts";

/** What makers of members are told. */
export interface MemberOptions {
  readonly seed: number;
  /** ρ: how much of a step's noise the next one keeps, 0 … 1. Default 0. */
  readonly noisePersistence?: number;
  /** Hears how many values of a state lay beyond the possible and were limited. */
  readonly onImpossible?: (count: number) => void;
}

/** Weights of ξ below this are left out. */
const NEGLIGIBLE = 1e-4;

/** `count` numbers of the noise of a step of `stepHours`; `purpose` keeps streams apart. */
export function stepNoise(
  { seed, noisePersistence = 0 }: MemberOptions,
  purpose: string,
  { member, leadHours, time, steps = 1, stepHours }: StepOf & { readonly stepHours: number },
  count: number,
): Float32Array {
  const stepSeconds = leadSeconds(stepHours);
  const initTime = time - leadSeconds(leadHours) + steps * stepSeconds;
  // The init time is in the key, or members of one number would be alike from every init time.
  const fresh = (lead: number): Float32Array => normals({ seed, purpose, member, lead, index: initTime }, count);
  const last = leadSeconds(leadHours);
  if (noisePersistence === 0) return fresh(last);
  const innovation = Math.sqrt(1 - noisePersistence ** 2);
  const out = new Float32Array(count);
  let weight = 1;
  for (let lead = last; lead >= stepSeconds && weight > NEGLIGIBLE; lead -= stepSeconds) {
    const share = weight * (lead === stepSeconds ? 1 : innovation);
    const noise = fresh(lead);
    for (let i = 0; i < count; i++) out[i] += share * noise[i];
    weight *= noisePersistence;
  }
  return out;
}
