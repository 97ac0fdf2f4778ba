/**
 * Diffusion-augmented Ensemble Forecasting (arXiv 2506.07324), docs/def-fidelity.md: the diffusion model perturbs the state, G makes the forecast.
 *
 *   for w in 1 … K:  x ← P_s(x)
 *   x ← G([x, f])
 *
 *   P_s(c): start from pure noise; at every solver step eps = eps_u + s (eps_c − eps_u); DPM-Solver++(2M); with field normalisation each
 *   field is brought back to mean 0 and standard deviation 1 after every step (the corrector).
 *
 * s < 1 is the dial: s = 1 copies the state, s = 0 draws from climatology. Perturbed before every step, not only at the start; no
 * averaging over walks and no blending with the unperturbed state.
 * @module
 */
import { cellCount, leadSeconds, normals, type State } from "../core/index.ts";
import { dpmSolver2m, fromNoise, guided, linearSchedule, sample, standardizePlanes } from "../diffusion/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster, StepOf } from "./forecaster.ts";
import type { Networks } from "./networks.ts";

/** What sets the size of DEF's perturbations. */
export interface DefDial {
  /** s: below 1, the smaller the more spread. */
  readonly guidanceScale: number;
  /** K: perturbations before each step of G. */
  readonly walks: number;
  /** Network calls per perturbation; the fewer the more spread. */
  readonly samplerSteps: number;
}

export interface DefOptions extends DefDial {
  readonly seed: number;
  /** Hears how many values of a state lay beyond the possible and were limited. */
  readonly onImpossible?: (count: number) => void;
}

/** DEF's own headline settings: s = 0.5, K = 1, 10 steps. */
export const DEF_DEFAULTS: DefDial = { guidanceScale: 0.5, walks: 1, samplerSteps: 10 };

/** "DEF, s = 0.5, K = 1, 10 steps". */
export function describeDef({ guidanceScale, walks, samplerSteps }: DefDial): string {
  return `DEF, s = ${guidanceScale}, K = ${walks}, ${samplerSteps} steps`;
}

export function defForecaster(networks: Networks, options: DefOptions): Forecaster {
  const codec = runCodec(networks.run, options.onImpossible);
  const perturb = defPerturbation(networks, options);
  return async (state, step) => {
    const present = codec.encode(state);
    let { values } = present;
    for (let walk = 0; walk < options.walks; walk++) values = await perturb(values, { ...step, walk });
    return codec.decodeNext(await networks.predictNext(values, step.time), present, step.time);
  };
}

/** P_s of a normalised state, [channel, ny, nx] → the same. */
export function defPerturbation(
  networks: Networks,
  { seed, guidanceScale, samplerSteps }: DefOptions,
): (condition: State, at: StepOf & { readonly walk: number }) => Promise<State> {
  const { run } = networks;
  const plan = dpmSolver2m(linearSchedule({ steps: run.diffusionSteps }), samplerSteps);
  const cells = cellCount(run.grid);
  const corrector = run.normalization === "field" ? { correct: (x: State) => standardizePlanes(x, cells) } : {};
  return (condition, { member, leadHours, time, walk }) => {
    // The time is in the key, or members of one number would be perturbed alike from every init time.
    const key = { seed, purpose: `perturbation of walk ${walk}`, member, lead: leadSeconds(leadHours), index: time };
    const noise = normals(key, condition.length);
    return sample(plan, fromNoise(guided(networks.pairFor(condition), guidanceScale)), noise, corrector);
  };
}
