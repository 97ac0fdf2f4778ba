/**
 * Asking again: five tries, waiting ever longer between them,
 *
 *   wait(k) = min(30 s, 2^k s) · (1/2 + u/2),   u uniform in [0, 1) and keyed by what is asked for,
 *
 * so that a thousand clients who failed together do not come back together. A server that says when (Retry-After) is believed.
 * @module
 */
import { uniforms } from "../core/index.ts";
import type { Clock } from "./clock.ts";

export interface RetryPolicy {
  readonly tries: number;
  readonly firstSeconds: number;
  readonly longestSeconds: number;
  readonly seed: number;
}

export const DEFAULT_RETRIES: RetryPolicy = { tries: 5, firstSeconds: 1, longestSeconds: 30, seed: 0 };

/** Longer than this is no pause but a refusal. */
export const LONGEST_RETRY_AFTER_SECONDS = 300;

/** What one try came to: a value, or why not and whether to go on. */
export type Outcome<T> =
  | { readonly value: T }
  | { readonly failure: Error; readonly final: boolean; readonly retryAfterSeconds?: number };

/** The wait after try number `attempt` (from 0) for `what`. */
export function backoffSeconds(policy: RetryPolicy, what: string, attempt: number): number {
  const [u] = uniforms({ seed: policy.seed, purpose: `retry ${what}`, index: attempt }, 1);
  return Math.min(policy.longestSeconds, policy.firstSeconds * 2 ** attempt) * (0.5 + 0.5 * u);
}

/** Tries until there is a value or no sense in going on. @throws the last failure */
export async function retrying<T>(
  what: string,
  attempt: (number: number) => Promise<Outcome<T>>,
  policy: RetryPolicy,
  clock: Clock,
): Promise<T> {
  for (let number = 0; ; number++) {
    const outcome = await attempt(number);
    if ("value" in outcome) return outcome.value;
    const { failure, final, retryAfterSeconds } = outcome;
    if (final || number + 1 >= policy.tries || (retryAfterSeconds ?? 0) > LONGEST_RETRY_AFTER_SECONDS) throw failure;
    await clock.sleep(Math.max(retryAfterSeconds ?? 0, backoffSeconds(policy, what, number)));
  }
}

/** Seconds a `Retry-After` header asks for, as a number or an HTTP date; `undefined` when it says neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const date = Date.parse(header) / 1000;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
