/**
 * What can be turned in each method without training again, and the settings that are worth trying, round by round: a round knows the best of those
 * before.
 *
 *   def     s from nearly a copy to nearly a draw from climatology, for an hour's error may be of any size beside the weather's own; then, from the
 *           best s, more solver steps and more walks as its author tried them (docs/def-fidelity.md), which cost two or three times as much;
 *           with field normalisation all with the moments drawn, and the best at last without
 *   crps    the size of the noise it takes
 *   all rivals   how much of a step's noise the next one keeps, for what a forecast cannot know (what blows in over the border, say) stays so for hours
 *
 * @module
 */
import type { DefDial } from "../forecast/index.ts";
import type { RunDescription } from "../run/index.ts";

/** Settings of a method; what is absent is the method's own default. */
export type Dial = Partial<DefDial> & { readonly noiseScale?: number; readonly noisePersistence?: number };

const DEF_SCALES = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
const DEF_PACE = { samplerSteps: 10, walks: 1 };

const PERSISTENCES = [0, 0.5, 0.8, 0.9];
const persisting = (dial: Dial): Dial[] =>
  PERSISTENCES.map((noisePersistence) => ({ ...dial, ...(noisePersistence !== 0 && { noisePersistence }) }));

/** Settings to try next, given the best so far; of the first round there is none. */
export type DialRound = (best: Dial) => readonly Dial[];

/** The rounds for a run; none where there is nothing to turn. */
export function dialRounds(run: Pick<RunDescription, "method" | "normalization">): readonly DialRound[] {
  switch (run.method.name) {
    case "def":
      return defRounds(run.normalization === "field");
    case "ddpm":
      return [() => [10, 25, 50].flatMap((samplerSteps) => persisting({ samplerSteps }))];
    case "crps":
      return [() => [0.8, 0.9, 1, 1.1, 1.2].flatMap((noiseScale) => persisting({ noiseScale }))];
    case "residual":
      return [() => [6, 12, 18].flatMap((samplerSteps) => persisting({ samplerSteps }))];
    default:
      return [];
  }
}

function defRounds(hasMoments: boolean): DialRound[] {
  const moments = hasMoments ? { momentNoise: 1 } : {};
  return [
    () => DEF_SCALES.map((guidanceScale) => ({ guidanceScale, ...DEF_PACE, ...moments })),
    (best) => {
      // Walks add up: three of them spread as one of a smaller s does.
      const larger = DEF_SCALES.filter((scale) => scale > (best.guidanceScale as number)).slice(0, 1);
      return [
        { ...best, samplerSteps: 25 },
        { ...best, walks: 3 },
        ...larger.map((guidanceScale) => ({ ...best, walks: 3, guidanceScale })),
      ];
    },
    ...(hasMoments ? [(best: Dial): Dial[] => [{ ...best, momentNoise: 0 }]] : []),
  ];
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
