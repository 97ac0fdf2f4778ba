/**
 * A trained run as a method of forecasting, whichever it was trained for, with its dial set.
 * @module
 */
import { ConfigError, formatLead, leadAfter } from "../core/index.ts";
import type { RunDescription } from "../run/index.ts";
import { type CrpsOptions, crpsForecaster } from "./crps.ts";
import { ddpmForecaster } from "./ddpm.ts";
import { DEF_DEFAULTS, type DefDial, defForecaster, describeDef } from "./def.ts";
import { deterministicForecaster } from "./deterministic.ts";
import { type Forecaster, oneByOne } from "./forecaster.ts";
import type { ForecastMethod } from "./method.ts";
import { type Models, openModels } from "./models.ts";
import { residualForecaster } from "./residual.ts";

/** What is left out has the method's own default; what the method does not know is refused. */
export interface RunOptions extends CrpsOptions, Partial<DefDial> {}

/** Solver steps of the rivals that sample. */
const RESIDUAL_STEPS = 12;
const DDPM_STEPS = 25;

/**
 * @throws RequestError when the run is missing or its training has not finished, ConfigError for a dial the run's method does not have, or
 *   more steps than its noise schedule
 */
export async function openRun(run: string, options: RunOptions, threads: number): Promise<ForecastMethod> {
  const models = await openModels(run, threads);
  try {
    const { title, forecast } = makerOf(models, options);
    const { channels, grid, stepHours, anchorSteps, firstGuess, motionSpread, largeScale, splits } = models.run;
    return {
      title: anchorSteps === 1 ? title : `${title}, anchored every ${formatLead(leadAfter(anchorSteps, stepHours))}`,
      space: { channels, grid },
      stepHours,
      anchorSteps,
      provenance: { model: models.fingerprint, ...noiseOf(options) },
      splits,
      forecast: oneByOne(forecast),
      batch: 1,
      ...(firstGuess === "motion" && { motionSpread }),
      asksLargeScale: largeScale,
      notes: models.unchecked.map(
        (path) => `${path} has no checksum, so damage to it is not noticed (train --resume adds one)`,
      ),
      close: () => models.close(),
    };
  } catch (error) {
    await models.close();
    throw error;
  }
}

/** What of the noise is not as usual: titles do not say it, and it makes other members. */
function noiseOf({ noiseScale = 1, noisePersistence = 0 }: RunOptions): ForecastMethod["provenance"] {
  return { ...(noiseScale !== 1 && { noiseScale }), ...(noisePersistence !== 0 && { noisePersistence }) };
}

function makerOf(models: Models, options: RunOptions): { title: string; forecast: Forecaster } {
  const { method } = models.run;
  const { guidanceScale, walks, samplerSteps, momentNoise, noiseScale, ...member } = options;
  const given = {
    "--guidance": guidanceScale,
    "--walks": walks,
    "--steps": samplerSteps,
    "--moment-noise": momentNoise,
    "--noise-scale": noiseScale,
    "--noise-persistence": member.noisePersistence,
  };
  switch (method.name) {
    case "def": {
      refuse(method.name, given, ["--noise-scale", "--noise-persistence"]);
      const dial: DefDial = {
        guidanceScale: guidanceScale ?? DEF_DEFAULTS.guidanceScale,
        walks: walks ?? DEF_DEFAULTS.walks,
        samplerSteps: samplerSteps ?? DEF_DEFAULTS.samplerSteps,
        momentNoise: momentNoise ?? DEF_DEFAULTS.momentNoise,
      };
      requireSteps(dial.samplerSteps, method.diffusionSteps);
      if (dial.momentNoise > 0) requireMoments(models.run, dial.momentNoise);
      return { title: describeDef(dial), forecast: defForecaster(models, { ...member, ...dial }) };
    }
    case "ddpm": {
      const steps = samplerSteps ?? DDPM_STEPS;
      refuse(method.name, given, ["--guidance", "--walks", "--moment-noise", "--noise-scale"]);
      requireSteps(steps, method.diffusionSteps);
      return {
        title: `direct diffusion, ${steps} steps`,
        forecast: ddpmForecaster(models, { ...member, samplerSteps: steps }),
      };
    }
    case "residual": {
      const steps = samplerSteps ?? RESIDUAL_STEPS;
      refuse(method.name, given, ["--guidance", "--walks", "--moment-noise", "--noise-scale"]);
      return {
        title: `mean and diffused residual, ${steps} steps`,
        forecast: residualForecaster(models, { ...member, samplerSteps: steps }),
      };
    }
    case "crps":
      refuse(method.name, given, ["--guidance", "--walks", "--steps", "--moment-noise"]);
      return {
        title: "CRPS-trained, one pass a step",
        forecast: crpsForecaster(models, { ...member, ...(noiseScale !== undefined && { noiseScale }) }),
      };
    default:
      refuse(method.name, given, Object.keys(given));
      return { title: "deterministic", forecast: deterministicForecaster(models, member) };
  }
}

function requireSteps(steps: number, diffusionSteps: number): void {
  if (steps < diffusionSteps) return;
  throw new ConfigError({
    place: "--steps",
    expected: `fewer than the ${diffusionSteps} of the run's noise schedule`,
    got: String(steps),
  });
}

function requireMoments(run: RunDescription, momentNoise: number): void {
  if (run.normalization === "field") return;
  throw new ConfigError({
    place: "--moment-noise",
    expected: "0, or a run with normalization field, whose fields have moments of their own",
    got: String(momentNoise),
    remedy: "leave --moment-noise out",
  });
}

function refuse(method: string, given: Readonly<Record<string, number | undefined>>, flags: readonly string[]): void {
  const flag = flags.find((name) => given[name] !== undefined);
  if (flag === undefined) return;
  throw new ConfigError({
    place: flag,
    expected: `no such dial for a run of method ${method}`,
    got: String(given[flag]),
    remedy: `leave ${flag} out`,
  });
}
