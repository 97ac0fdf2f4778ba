/**
 * What can be turned in each method without training again, and the settings that are worth trying. For DEF: s, K and solver steps in the
 * ranges its author tried (docs/def-fidelity.md); for `crps`: the size of the noise it takes.
 * @module
 */
import type { DefDial } from "../forecast/index.ts";

/** Settings of a method; what is absent is the method's own default. */
export type Dial = Partial<DefDial> & { readonly noiseScale?: number };

const PRODUCTS = (scales: readonly number[], steps: readonly number[], walks: readonly number[]): Dial[] =>
  scales.flatMap((guidanceScale) =>
    steps.flatMap((samplerSteps) => walks.map((k) => ({ guidanceScale, walks: k, samplerSteps }))),
  );

/** The settings tried for a method, by its name in the run; none where there is nothing to turn. */
export const DIALS: Readonly<Record<string, readonly Dial[]>> = {
  def: PRODUCTS([0.3, 0.5, 0.7, 0.9], [10, 25], [1, 3]),
  ddpm: [10, 25, 50].map((samplerSteps) => ({ samplerSteps })),
  crps: [0.8, 0.9, 1, 1.1, 1.2].map((noiseScale) => ({ noiseScale })),
  residual: [6, 12, 18].map((samplerSteps) => ({ samplerSteps })),
};

/** "s=0.5,K=1,steps=10": also a file name. */
export function nameOfDial({ guidanceScale, walks, samplerSteps, noiseScale }: Dial): string {
  return [
    ...(guidanceScale === undefined ? [] : [`s=${guidanceScale}`]),
    ...(walks === undefined ? [] : [`K=${walks}`]),
    ...(samplerSteps === undefined ? [] : [`steps=${samplerSteps}`]),
    ...(noiseScale === undefined ? [] : [`noise=${noiseScale}`]),
  ].join(",");
}
