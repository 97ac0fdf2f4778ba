/**
 * What can be turned in each method without training again, and the settings that are worth trying. For DEF: K and solver steps as its author
 * tried them (docs/def-fidelity.md), and s from nearly a copy to nearly a draw from climatology, for an hour's error may be of any size beside
 * the weather's own; for `crps` the size of the noise it takes; for all its rivals how much of a step's noise the next one keeps, for what a
 * forecast cannot know (what blows in over the border, say) stays so for hours.
 * @module
 */
import type { DefDial } from "../forecast/index.ts";

/** Settings of a method; what is absent is the method's own default. */
export type Dial = Partial<DefDial> & { readonly noiseScale?: number; readonly noisePersistence?: number };

const DEF_SCALES = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
/** Solver steps and walks: both multiply what a setting costs. */
const DEF_PACES = [
  { samplerSteps: 10, walks: 1 },
  { samplerSteps: 25, walks: 1 },
  { samplerSteps: 10, walks: 3 },
];

const PERSISTENCES = [0, 0.5, 0.8, 0.9];
const persisting = (dial: Dial): Dial[] =>
  PERSISTENCES.map((noisePersistence) => ({ ...dial, ...(noisePersistence !== 0 && { noisePersistence }) }));

/** The settings tried for a method, by its name in the run; none where there is nothing to turn. */
export const DIALS: Readonly<Record<string, readonly Dial[]>> = {
  def: DEF_SCALES.flatMap((guidanceScale) => DEF_PACES.map((pace) => ({ guidanceScale, ...pace }))),
  ddpm: [10, 25, 50].flatMap((samplerSteps) => persisting({ samplerSteps })),
  crps: [0.8, 0.9, 1, 1.1, 1.2].flatMap((noiseScale) => persisting({ noiseScale })),
  residual: [6, 12, 18].flatMap((samplerSteps) => persisting({ samplerSteps })),
};

/** "s=0.5,K=1,steps=10", "noise=1,rho=0.9": also a file name. */
export function nameOfDial({ guidanceScale, walks, samplerSteps, noiseScale, noisePersistence }: Dial): string {
  return [
    ...(guidanceScale === undefined ? [] : [`s=${guidanceScale}`]),
    ...(walks === undefined ? [] : [`K=${walks}`]),
    ...(samplerSteps === undefined ? [] : [`steps=${samplerSteps}`]),
    ...(noiseScale === undefined ? [] : [`noise=${noiseScale}`]),
    ...(noisePersistence === undefined ? [] : [`rho=${noisePersistence}`]),
  ].join(",");
}
