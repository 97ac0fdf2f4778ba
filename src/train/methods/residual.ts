/**
 * A mean forecast, and diffusion of what it misses (CorrDiff, Mardani et al. 2023; StormCast, Pathak et al. 2024):
 *
 *   x' = G(x) + scale · r,    r drawn by an EDM denoiser that sees x and G(x)
 *
 * `scale` is the root mean square of the residual of each channel over training pairs, so that r has unit size in every channel; it is an
 * output of the denoiser's model, for it is as much a result of training as the weights.
 * @module
 */
import { pairsAt } from "../../archive/index.ts";
import { cellCount, leadAfter, stepsAfter, type ValidTime } from "../../core/index.ts";
import { edm, explodingLevel } from "../../diffusion/index.ts";
import { constant, type Session } from "../../graph/index.ts";
import { askable } from "../askable.ts";
import type { ResidualMethodConfig } from "../config.ts";
import { modelOutputs } from "../model-outputs.ts";
import { conditionalDiffusionObjective, diffusionGraph } from "../objectives/conditional-diffusion.ts";
import { knownOf } from "../objectives/known.ts";
import type { TrainingData } from "../objectives/samples.ts";
import type { Stage } from "../stage.ts";
import { forecasterStage } from "./forecaster-stage.ts";

/** Pairs the scale is taken from, spread over the training split. */
const SCALE_PAIRS = 64;

export function residualStages({ forecaster, denoiser, rimCells }: ResidualMethodConfig): Stage[] {
  const { network, batch, logSigmaMean, logSigmaDeviation } = denoiser;
  return [
    forecasterStage(forecaster, rimCells),
    {
      name: "denoiser",
      config: denoiser,
      objective: async (data, { openModel }) => {
        const g = await openModel("forecaster");
        const scale = await residualScale(data, g);
        const cells = cellCount(data.run.grid);
        const outputOf = modelOutputs(data, g);
        return conditionalDiffusionObjective(data, {
          stage: "denoiser",
          network,
          batch,
          rimCells,
          parameterization: edm(1),
          answersNoise: false,
          minSnr: false,
          drawLevel: (_, normal) => explodingLevel(Math.exp(logSigmaMean + logSigmaDeviation * normal)),
          meanAt: async (times, steps) => joined(await inTurn(times, (time) => outputOf(time, steps))),
          cleanOf: (next, mean = next) =>
            next.map((x, i) => (x - mean[i]) / scale[Math.floor(i / cells) % scale.length]),
        });
      },
      outputs: async (data, { openModel }) => ({
        answer: diffusionGraph(data.run, network, { batch: 1, seesMean: true, answersNoise: false }).answer,
        scale: constant(await residualScale(data, await openModel("forecaster")), [data.run.channels.length]),
      }),
    },
  ];
}

/** Root mean square of x' − G(x), of all the steps G answers for: one number a channel. */
async function residualScale(data: TrainingData, forecaster: Session): Promise<Float32Array> {
  const { archive, run, readState } = data;
  const outputOf = modelOutputs(data, forecaster);
  const cells = cellCount(run.grid);
  const squares = new Float64Array(run.channels.length);
  const counted = new Float64Array(run.channels.length);
  for (let steps = 1; steps <= run.anchorSteps; steps++) {
    const all = pairsAt(archive, "train", leadAfter(steps, run.stepHours), askable(data, steps));
    const every = Math.max(1, Math.floor((all.length * run.anchorSteps) / SCALE_PAIRS));
    for (let at = 0; at < all.length; at += every) {
      const mean = await outputOf(all[at], steps);
      const next = await readState(stepsAfter(all[at], steps, run.stepHours));
      const known = knownOf([next], next.values.length);
      for (let i = 0; i < known.length; i++) {
        squares[Math.floor(i / cells)] += known[i] * (next.values[i] - mean[i]) ** 2;
        counted[Math.floor(i / cells)] += known[i];
      }
    }
  }
  return Float32Array.from(squares, (sum, at) => Math.max(Math.sqrt(sum / counted[at]), SMALLEST_SCALE));
}

/** Of a channel that is forecast exactly (constant over the training hours). */
const SMALLEST_SCALE = 1e-6;

async function inTurn<T>(times: readonly ValidTime[], of: (time: ValidTime) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (const time of times) out.push(await of(time));
  return out;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.length * parts[0].length);
  for (const [at, part] of parts.entries()) out.set(part, at * part.length);
  return out;
}
