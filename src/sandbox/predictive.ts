/**
 * What can truly be known about a sandbox hour from an earlier one. Given the latent state at t₀, the latent field at t₀ + L hours is
 * Gaussian at every cell, with
 *
 *   mean      m(x) = F⁻¹[ ρ(k)^L e^{−ik·d} ẑ(k, t₀) ](x)
 *   variance  s²   = (1/N) Σ σ²(k) (1 − ρ(k)^{2L}),        the same everywhere
 *
 * and the variable is a monotone map of it, so its probabilities, quantiles and best reachable CRPS are closed forms.
 *
 * "Given the latent state" is more than a forecaster sees in one place: where REFC is held at −10 dBZ the latent value below is
 * hidden. For REFC the numbers here are therefore a bound no forecaster can beat; for the six others, whose maps can be undone, they
 * are what a perfect forecaster reaches.
 * @module
 */
import { cellCount, type Field, RequestError, type State, type ValidTime, type VariableName } from "../core/index.ts";
import { hourOf, type LatentState, nextHour, type SandboxWorld, stateOf, steeringOffset } from "./atmosphere.ts";
import { CLIMATE } from "./climate.ts";
import { normalProbability, normalQuantile, selfCrpsAbove } from "./gaussian.ts";
import { type LatentMap, latentThreshold, softplusSlope, toPhysical } from "./latent-map.ts";
import { shifted, shiftPhases } from "./modes.ts";
import { displacementMeters } from "./steering.ts";

/** The true distribution of one hour given an earlier one. Fields are [ny, nx]; channels are the world's. */
export interface TruePredictive {
  /** m(x), of the latent field. */
  readonly latentMean: (channel: VariableName) => Float64Array;
  /** s², of the latent field. */
  readonly latentVariance: (channel: VariableName) => number;
  /** P(x ≥ threshold), with the threshold in the variable's unit. */
  readonly exceedance: (channel: VariableName, threshold: number) => Field;
  /** The value not exceeded with the given probability, in the variable's unit. */
  readonly quantile: (channel: VariableName, probability: number) => Field;
  /** The mean CRPS of this very distribution as the forecast, over what may happen: E = ∫ F (1 − F), in the variable's unit. */
  readonly expectedCrps: (channel: VariableName) => Field;
  /** One draw of all channels, [channel, ny, nx]: a member of the perfect forecaster's ensemble. Members are whole trajectories. */
  readonly sample: (member: number) => State;
}

/**
 * The true predictive distribution `leadHours` after `time`.
 * @throws RequestError when `time` is not an hour of the world, or the lead is not a whole number of hours above 0.
 * @example truePredictive(sandboxWorld({ start }), start, 3).exceedance("refc", 40)
 */
export function truePredictive(world: SandboxWorld, time: ValidTime, leadHours: number): TruePredictive {
  const now = world.latentAt(hourOf(world, time));
  if (!(Number.isInteger(leadHours) && leadHours >= 1)) {
    throw new RequestError({ place: "sandbox", expected: "a lead of 1, 2, … hours", got: String(leadHours) });
  }
  const { channels, grid } = world.space;
  const then = now.hour + leadHours;
  const memory = world.hourlyMemory.map((hourly) => hourly ** leadHours);
  const phases = shiftPhases(grid, displacementMeters(now.hour, then));

  const latentMean = (channel: VariableName): Float64Array => {
    const { re, im } = shifted(now.spectra[channels.indexOf(channel)], phases);
    const faded = { re: re.map((v, mode) => v * memory[mode]), im: im.map((v, mode) => v * memory[mode]) };
    return world.fourier.inverse(faded).re;
  };
  const latentVariance = (channel: VariableName): number => {
    const sigma = world.amplitudes[channels.indexOf(channel)];
    return sigma.reduce((sum, s, mode) => sum + s * s * (1 - memory[mode] ** 2), 0) / cellCount(grid);
  };
  /** One number a cell from the latent mean there and the common latent standard deviation. */
  const everywhere = (
    channel: VariableName,
    of: (mean: number, deviation: number, map: LatentMap) => number,
  ): Field => {
    const deviation = Math.sqrt(latentVariance(channel));
    return Float32Array.from(latentMean(channel), (mean) => of(mean, deviation, CLIMATE[channel].map));
  };

  return {
    latentMean,
    latentVariance,
    exceedance: (channel, threshold) => {
      const latent = latentThreshold(CLIMATE[channel].map, threshold - steeringOffset(channel, then));
      return everywhere(channel, (mean, deviation) => normalProbability((mean - latent) / deviation));
    },
    quantile: (channel, probability) => {
      const standard = normalQuantile(probability);
      const offset = steeringOffset(channel, then);
      return everywhere(channel, (mean, deviation, map) => offset + toPhysical(map, mean + deviation * standard));
    },
    expectedCrps: (channel) => everywhere(channel, selfCrps),
    sample: (member) => {
      let state: LatentState = now;
      while (state.hour < then) state = nextHour(world, state, { purpose: "sandbox-member", member, index: now.hour });
      return stateOf(world, state);
    },
  };
}

/** Nodes of the trapezoidal rule over ±8 standard deviations; on a smooth integrand it converges faster than any power. */
const NODES = 65;
const REACH = 8;
const NODE_STEP = (2 * REACH) / (NODES - 1);
/** Φ(1 − Φ) at the nodes. */
const NODE_WEIGHTS = Float64Array.from({ length: NODES }, (_, node) => {
  const below = normalProbability(-REACH + node * NODE_STEP);
  return below * (1 - below) * NODE_STEP;
});

/** ∫ F (1 − F) dx = s ∫ Φ(ζ) (1 − Φ(ζ)) x′(m + s ζ) dζ; closed where x is linear, by quadrature where it bends. */
function selfCrps(mean: number, deviation: number, map: LatentMap): number {
  if (map.kind === "linear") {
    const floor = map.floor === undefined ? Number.NEGATIVE_INFINITY : (map.floor - map.offset) / map.scale;
    return map.scale * deviation * selfCrpsAbove((floor - mean) / deviation);
  }
  let sum = 0;
  for (let node = 0; node < NODES; node++) {
    sum += NODE_WEIGHTS[node] * softplusSlope(map, mean + deviation * (-REACH + node * NODE_STEP));
  }
  return deviation * sum;
}
