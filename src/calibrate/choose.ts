/**
 * Which setting is best: the least fair CRPS among those whose spread tells the error.
 *
 *   score   mean over variables and leads of CRPS / least CRPS of any setting there, so that every variable counts alike; 1 is best everywhere
 *   ratio   geometric mean over variables and leads of the spread-skill ratio; admitted within the band
 *
 * Where no setting is within the band, the one whose ratio is nearest to 1 (as a factor) is taken, and the choice says so.
 * @module
 */
import type { Dial } from "./dial.ts";

/** One setting at one variable and lead, over all init times. */
export interface DialScore {
  readonly variable: string;
  readonly leadHours: number;
  readonly fairCrps: number;
  readonly spreadSkillRatio: number;
}

export interface TriedDial {
  readonly dial: Dial;
  readonly scores: readonly DialScore[];
}

export interface Choice {
  readonly dial: Dial;
  readonly score: number;
  readonly ratio: number;
  readonly withinBand: boolean;
}

/** A band a person would call calibrated, and a dial can reach. */
export const DEFAULT_BAND: readonly [number, number] = [0.9, 1.1];

/**
 * The summary of every setting, the chosen one first; the rest in the order in which they would be chosen.
 * Variables and leads where a score is not finite or nothing spreads count for no setting.
 * @throws RangeError when nothing was tried
 */
export function chosen(tried: readonly TriedDial[], [low, high]: readonly [number, number] = DEFAULT_BAND): Choice[] {
  if (tried.length === 0) throw new RangeError("no setting was tried");
  const places = tried[0].scores.map((_, at) => at).filter((at) => tried.every(({ scores }) => counts(scores[at])));
  const least = places.map((at) => Math.min(...tried.map(({ scores }) => scores[at].fairCrps)));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const choices = tried.map(({ dial, scores }): Choice => {
    const score = mean(places.map((at, k) => scores[at].fairCrps / least[k]));
    const ratio = Math.exp(mean(places.map((at) => Math.log(scores[at].spreadSkillRatio))));
    return { dial, score, ratio, withinBand: ratio >= low && ratio <= high };
  });
  return choices.toSorted((a, b) => {
    if (a.withinBand !== b.withinBand) return a.withinBand ? -1 : 1;
    return a.withinBand ? a.score - b.score : Math.abs(Math.log(a.ratio)) - Math.abs(Math.log(b.ratio));
  });
}

function counts({ fairCrps, spreadSkillRatio }: DialScore): boolean {
  return fairCrps > 0 && spreadSkillRatio > 0 && Number.isFinite(fairCrps) && Number.isFinite(spreadSkillRatio);
}
