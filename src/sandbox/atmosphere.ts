/**
 * A synthetic atmosphere that is as hard to forecast as a real one and whose predictive distribution is nevertheless known.
 *
 * Every variable has a Gaussian latent field on a doubly periodic grid. Each of its Fourier modes is carried by the domain-mean
 * wind and forgets itself at the pace of its scale, as in STEPS (Seed 2003, 10.1175/1520-0450(2003)042<0381:SPADAS>2.0.CO;2;
 * Bowler, Pierce & Seed 2006, 10.1256/qj.04.100):
 *
 *   ẑ(k, t + 1 h) = ρ(k) e^{−ik·d(t)} ẑ(k, t) + √(1 − ρ(k)²) σ(k) ξ(k),   ρ = e^{−1 h / τ(k)}
 *
 * with d the displacement within the hour (`steering.ts`), σ, τ and the map to physical units from `climate.ts`, and ξ the transform
 * of white noise. Hour 0 is drawn from the stationary distribution, so no hour is special. docs/design/0014 says what this is good for.
 * @module
 */
import {
  cellCount,
  type Field,
  formatTime,
  normals,
  type RandomKey,
  RequestError,
  SECONDS_PER_HOUR,
  type State,
  type ValidTime,
  type VariableName,
} from "../core/index.ts";
import { boundedWavelengthKm, CLIMATE, lifetimeHours } from "./climate.ts";
import { type Fourier, fourier, realField, type Spectrum } from "./fourier.ts";
import { toPhysical } from "./latent-map.ts";
import { forEachMode, shifted, shiftPhases } from "./modes.ts";
import { type SandboxGridOptions, type SandboxSpace, sandboxSpace } from "./space.ts";
import { displacementMeters, steeringWind } from "./steering.ts";

/** What titles and metadata say about data from here. */
export const SANDBOX_SOURCE = "synthetic atmosphere (Updraft sandbox, not real weather)";

const DEFAULT_SEED = 1;

export interface SandboxOptions extends SandboxGridOptions {
  readonly seed?: number;
  /** The valid time of hour 0. */
  readonly start: ValidTime;
}

/** The latent fields of one hour, as transforms, in the order of the channels. */
export interface LatentState {
  /** Hours since the world's start. */
  readonly hour: number;
  readonly spectra: readonly Spectrum[];
}

/** One synthetic atmosphere. Every member is a pure function of the options it was made from. */
export interface SandboxWorld {
  readonly space: SandboxSpace;
  readonly seed: number;
  readonly start: ValidTime;
  readonly fourier: Fourier;
  /** ρ(k): how much of a mode is left after an hour, [ny, nx]; the same for every channel. */
  readonly hourlyMemory: Float64Array;
  /** σ(k) of each channel, [ny, nx], with Σ σ² / N = 1. */
  readonly amplitudes: readonly Float64Array[];
  /** The latent state at a whole hour from the start. Later hours build on the last one asked for. */
  latentAt(hour: number): LatentState;
}

/** One hour of a sandbox, in the shape in which an archive takes hours from any source. */
export interface SandboxHour {
  readonly time: ValidTime;
  readonly leadHours: 0;
  /** [channel, ny, nx], physical units. */
  readonly state: State;
}

/**
 * The hours of a synthetic atmosphere, from `start`, one at a time. Hour t is the same however many are asked for.
 * @throws ConfigError when a side of the grid is too small or has a prime factor above 5.
 * @example for (const { time, state } of sandboxHours({ seed: 1, hours: 240, start })) …
 */
export function* sandboxHours({
  hours,
  ...options
}: SandboxOptions & { readonly hours: number }): Generator<SandboxHour> {
  const world = sandboxWorld(options);
  for (let hour = 0; hour < hours; hour++) {
    const time = (world.start + hour * SECONDS_PER_HOUR) as ValidTime;
    yield { time, leadHours: 0, state: stateOf(world, world.latentAt(hour)) };
  }
}

/** The world behind `sandboxHours`, for those who want to know its truth. @throws ConfigError as `sandboxHours`. */
export function sandboxWorld({ seed = DEFAULT_SEED, start, ...size }: SandboxOptions): SandboxWorld {
  const space = sandboxSpace(size);
  const { channels, grid } = space;
  const cells = cellCount(grid);
  const hourlyMemory = new Float64Array(cells);
  const amplitudes = channels.map(() => new Float64Array(cells));
  forEachMode(grid, (mode, cyclesX, cyclesY, nyquist) => {
    const wavelength = boundedWavelengthKm(Math.hypot(cyclesX, cyclesY) * 1000);
    hourlyMemory[mode] = Math.exp(-1 / lifetimeHours(wavelength));
    for (const [at, channel] of channels.entries()) {
      const { slope, randomMean } = CLIMATE[channel];
      // A Nyquist mode cannot be shifted by a fraction of a cell and stay real, so it holds no variance.
      amplitudes[at][mode] = nyquist || (mode === 0 && !randomMean) ? 0 : wavelength ** (slope / 2);
    }
  });
  for (const amplitude of amplitudes) {
    const scale = Math.sqrt(cells / amplitude.reduce((sum, sigma) => sum + sigma * sigma, 0));
    for (let mode = 0; mode < cells; mode++) amplitude[mode] *= scale;
  }

  let latest: LatentState | undefined;
  const world: SandboxWorld = {
    space,
    seed,
    start,
    fourier: fourier(grid),
    hourlyMemory,
    amplitudes,
    latentAt: (hour) => {
      if (latest === undefined || latest.hour > hour) latest = stationaryState(world);
      while (latest.hour < hour) latest = nextHour(world, latest, { purpose: "sandbox-truth" });
      return latest;
    },
  };
  return world;
}

/** Hours from the world's start to `time`. @throws RequestError when that is not a whole number of hours, 0 or more. */
export function hourOf(world: SandboxWorld, time: ValidTime): number {
  const hour = (time - world.start) / SECONDS_PER_HOUR;
  if (Number.isInteger(hour) && hour >= 0) return hour;
  throw new RequestError({
    place: "sandbox",
    expected: `a whole hour from ${formatTime(world.start)} on`,
    got: formatTime(time),
  });
}

/** One hour on, with innovations drawn under the given purpose and member: the world's own, or those of a perfect forecast. */
export function nextHour(
  world: SandboxWorld,
  { hour, spectra }: LatentState,
  key: Pick<RandomKey, "purpose" | "member" | "index">,
): LatentState {
  const phases = shiftPhases(world.space.grid, displacementMeters(hour, hour + 1));
  return {
    hour: hour + 1,
    spectra: spectra.map((spectrum, channel) => {
      const next = shifted(spectrum, phases);
      const noise = innovation(world, channel, { ...key, lead: hour + 1 });
      for (let mode = 0; mode < next.re.length; mode++) {
        const memory = world.hourlyMemory[mode];
        const fresh = Math.sqrt(1 - memory * memory);
        next.re[mode] = memory * next.re[mode] + fresh * noise.re[mode];
        next.im[mode] = memory * next.im[mode] + fresh * noise.im[mode];
      }
      return next;
    }),
  };
}

/** Physical units, [channel, ny, nx]. */
export function stateOf(world: SandboxWorld, { hour, spectra }: LatentState): State {
  const { channels, grid } = world.space;
  const cells = cellCount(grid);
  const state = new Float32Array(channels.length * cells);
  for (const [at, channel] of channels.entries()) {
    const { re: latent } = world.fourier.inverse(spectra[at]);
    const { map } = CLIMATE[channel];
    const mean = steeringOffset(channel, hour);
    const field: Field = state.subarray(at * cells, (at + 1) * cells);
    for (let cell = 0; cell < cells; cell++) field[cell] = mean + toPhysical(map, latent[cell]);
  }
  return state;
}

/** What the steering wind adds to a channel at an hour: m/s for the two winds, nothing for the others. */
export function steeringOffset(channel: VariableName, hour: number): number {
  if (channel === "u10") return steeringWind(hour)[0];
  return channel === "v10" ? steeringWind(hour)[1] : 0;
}

function stationaryState(world: SandboxWorld): LatentState {
  const spectra = world.space.channels.map((_, channel) => innovation(world, channel, { purpose: "sandbox-truth" }));
  return { hour: 0, spectra };
}

/** σ ξ: a draw from the stationary distribution of a channel. */
function innovation(world: SandboxWorld, channel: number, key: Omit<RandomKey, "seed">): Spectrum {
  const cells = cellCount(world.space.grid);
  const { index = 0 } = key;
  const noise = normals({ ...key, seed: world.seed, index: index * world.space.channels.length + channel }, cells);
  const { re, im } = world.fourier.forward(realField(noise));
  for (let mode = 0; mode < cells; mode++) {
    re[mode] *= world.amplitudes[channel][mode];
    im[mode] *= world.amplitudes[channel][mode];
  }
  return { re, im };
}
