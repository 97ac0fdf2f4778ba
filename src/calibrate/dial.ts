/**
 * What can be turned in each method without training again, and the settings that are worth trying. For DEF: K and solver steps as its author
 * tried them (docs/def-fidelity.md), s from nearly a copy to nearly a draw from climatology, for an hour's error may be of any size beside
 * the weather's own, and, at the first pace, moments drawn about their line; for `crps` the size of the noise it takes; for all its rivals how much of a step's noise the next one keeps, for what a
 * forecast cannot know (what blows in over the border, say) stays so for hours.
 * @module
 */
import type { DefDial } from "../forecast/index.ts";
import type { RunDescription } from "../run/index.ts";

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

/** The settings tried for a run; none where there is nothing to turn. */
export function dialsOf(run: RunDescription): readonly Dial[] {
  switch (run.method.name) {
    case "def": {
      const settings = DEF_PACES.flatMap((pace) =>
        DEF_SCALES.map((guidanceScale): Dial => ({ guidanceScale, ...pace })),
      );
      if (run.normalization !== "field") return settings;
      return [...settings, ...settings.slice(0, DEF_SCALES.length).map((dial) => ({ ...dial, momentNoise: 1 }))];
    }
    case "ddpm":
      return [10, 25, 50].flatMap((samplerSteps) => persisting({ samplerSteps }));
    case "crps":
      return [0.8, 0.9, 1, 1.1, 1.2].flatMap((noiseScale) => persisting({ noiseScale }));
    case "residual":
      return [6, 12, 18].flatMap((samplerSteps) => persisting({ samplerSteps }));
    default:
      return [];
  }
}

/** "s=0.5,K=1,steps=10", "noise=1,rho=0.9": also a file name. */
export function nameOfDial(dial: Dial): string {
  const { guidanceScale, walks, samplerSteps, momentNoise, noiseScale, noisePersistence } = dial;
  return [
    ...(guidanceScale === undefined ? [] : [`s=${guidanceScale}`]),
    ...(walks === undefined ? [] : [`K=${walks}`]),
    ...(samplerSteps === undefined ? [] : [`steps=${samplerSteps}`]),
    ...(momentNoise === undefined ? [] : [`moments=${momentNoise}`]),
    ...(noiseScale === undefined ? [] : [`noise=${noiseScale}`]),
    ...(noisePersistence === undefined ? [] : [`rho=${noisePersistence}`]),
  ].join(",");
}
