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
import {
  denoiserOf,
  dpmSolver2m,
  EPSILON,
  guided,
  linearSchedule,
  linspaceLevels,
  type PairedAnswer,
  sample,
  standardizePlanes,
} from "../diffusion/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster, StepOf } from "./forecaster.ts";
import type { Models } from "./models.ts";

/** What sets the size of DEF's perturbations. */
export interface DefDial {
  /** s: below 1, the smaller the more spread. */
  readonly guidanceScale: number;
  /** K: perturbations before each step of G. */
  readonly walks: number;
  /** Network calls per perturbation; the fewer the more spread. */
  readonly samplerSteps: number;
  /**
   * a: with field normalisation, the means and ln deviations of a member's fields go on a · d · N(0, 1) beside their line, d what the line
   * missed on the training split. 0: all members along the line. 1: what is not known of them.
   */
  readonly momentNoise: number;
}

export interface DefOptions extends DefDial {
  readonly seed: number;
  /** Hears how many values of a state lay beyond the possible and were limited. */
  readonly onImpossible?: (count: number) => void;
}

/** DEF's own headline settings: s = 0.5, K = 1, 10 steps. */
export const DEF_DEFAULTS: DefDial = { guidanceScale: 0.5, walks: 1, samplerSteps: 10, momentNoise: 0 };

/** "DEF, s = 0.5, K = 1, 10 steps", and "moment noise 1" where there is any. */
export function describeDef({ guidanceScale, walks, samplerSteps, momentNoise }: DefDial): string {
  const noise = momentNoise === 0 ? "" : `, moment noise ${momentNoise}`;
  return `DEF, s = ${guidanceScale}, K = ${walks}, ${samplerSteps} steps${noise}`;
}

export function defForecaster(models: Models, options: DefOptions): Forecaster {
  const codec = runCodec(models.run, options.onImpossible);
  const perturb = defPerturbation(models, options);
  const { seed, momentNoise } = options;
  const drawnMoments = ({ member, leadHours, time }: StepOf): Float32Array =>
    normals(
      { seed, purpose: "moments", member, lead: leadSeconds(leadHours), index: time },
      2 * models.run.channels.length,
    ).map((z) => momentNoise * z);
  return async (state, step) => {
    const present = codec.encode(state);
    let { values } = present;
    for (let walk = 0; walk < options.walks; walk++) values = await perturb(values, { ...step, walk });
    const { next } = await models.ask("forecaster", models.seenOf({ ...present, values }, step));
    return codec.decodeNext(next, present, step.time, momentNoise === 0 ? undefined : drawnMoments(step));
  };
}

/** P_s of a normalised state, [channel, ny, nx] → the same. */
export function defPerturbation(
  { run, ask }: Pick<Models, "run" | "ask">,
  { seed, guidanceScale, samplerSteps }: DefOptions,
): (condition: State, at: StepOf & { readonly walk: number }) => Promise<State> {
  if (run.method.name !== "def") throw new RangeError(`DEF needs a run of its own, not of ${run.method.name}`);
  const plan = dpmSolver2m(linspaceLevels(linearSchedule({ steps: run.method.diffusionSteps }), samplerSteps));
  const cells = cellCount(run.grid);
  const corrector = run.normalization === "field" ? { correct: (x: State) => standardizePlanes(x, cells) } : {};
  return (condition, { member, leadHours, time, walk }) => {
    // The time is in the key, or members of one number would be perturbed alike from every init time.
    const key = { seed, purpose: `perturbation of walk ${walk}`, member, lead: leadSeconds(leadHours), index: time };
    const noise = normals(key, condition.length);
    return sample(plan, denoiserOf(EPSILON, guided(pairFor(ask, condition), guidanceScale)), noise, corrector);
  };
}

/** The denoiser of one condition: the noisy state with it and with zeros in its place, in one doubled call. */
function pairFor(ask: Models["ask"], state: State): PairedAnswer {
  const size = state.length;
  const condition = new Float32Array(2 * size);
  condition.set(state);
  return async (values, { timestep }) => {
    const noisy = new Float32Array(2 * size);
    noisy.set(values);
    noisy.set(values, size);
    const feeds = { condition, noisy, timestep: Float32Array.of(timestep, timestep) };
    const { epsilon } = await ask("denoiser", feeds);
    return { conditional: epsilon.subarray(0, size), unconditional: epsilon.subarray(size) };
  };
}
