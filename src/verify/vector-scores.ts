/**
 * Energy and variogram scores over many vectors of one field or state, as a tally: vectors are drawn at fixed cells, spread evenly, so that
 * all forecasts are judged at the same ones.
 * @module
 */
import { energyScore } from "./energy-score.ts";
import { variogramScore } from "./variogram-score.ts";

/** Sums over vectors; fair for two members and more, plain for one. */
export type VectorTally = { readonly vectors: number; readonly energy: number; readonly variogram: number };

/** Adds one vector: members [M][d] and truth [d], in one scale. A vector with a gap does not count. */
export function vectorTally(
  vectors: Iterable<{ members: readonly number[][]; truth: readonly number[] }>,
): VectorTally {
  let [count, energy, variogram] = [0, 0, 0];
  for (const { members, truth } of vectors) {
    if (truth.some(Number.isNaN) || members.some((member) => member.some(Number.isNaN))) continue;
    const estimator = members.length > 1 ? "fair" : "ecdf";
    count++;
    energy += energyScore(members, truth, { estimator });
    variogram += variogramScore(members, truth, { estimator });
  }
  return { vectors: count, energy, variogram };
}

/** NaN before any vector counted. */
export function vectorScores({ vectors, energy, variogram }: VectorTally): { energy: number; variogram: number } {
  return { energy: energy / vectors, variogram: variogram / vectors };
}
