/**
 * Physical states to what the networks of a run see, and their answers back (decision 8).
 *
 *   global  z = (f(x) − mean) / std, fixed numbers of the training split. No corrector belongs to it.
 *   field   z = (f(x) − m) / s, m and s of this very field over space: DEF to the letter. Then a forecast's own m and s must come from
 *           somewhere, and never from the verifying field: they go on from the present ones and the clock by a line fitted on the
 *           training split, m' = a + b · (m of all channels) + c sin h + d cos h, and the same for ln s; where asked for with a draw from what the line missed.
 *
 * f is each variable's transform. Decoding ends at the variable's floor or ceiling (no echo, no energy, no inhibition), which a network
 * can undershoot but nature cannot, in field mode with the moments held (`settle.ts`); values beyond its hard range are impossible: they are limited too, and counted for the caller to tell.
 * @module
 */
import {
  type FieldMoments,
  globalNormalizer,
  standardizeFields,
  stateTransform,
  transformedEnds,
  unstandardizeFields,
} from "../archive/index.ts";
import { cellCount, fieldOf, hourOfDay, type State, VARIABLES, type ValidTime } from "../core/index.ts";
import type { Displacement } from "../motion/index.ts";
import type { ClockedLine, MomentTendency, RunDescription } from "./description.ts";
import { settle } from "./settle.ts";

/** A state as the networks see it. `moments` only in field mode. */
export interface NormalizedState {
  /** [channel, ny, nx] */
  readonly values: State;
  readonly moments?: FieldMoments;
  /** Which of the values were filled (`gaps.ts`), ascending; absent where none was. */
  readonly gaps?: Uint32Array;
  /** How its storms have moved up to now, in cells a step: where the first guess asks for it. */
  readonly motion?: Displacement;
}

export interface RunCodec {
  encode(state: State): NormalizedState;
  /**
   * A network's answer one step after `from`, which is valid at `time`, back in physical units. `draw`: of field mode, how far from their
   * line the moments go on (`advanceMoments`).
   */
  decodeNext(values: State, from: NormalizedState, time: ValidTime, draw?: Float32Array): State;
}

type CodecPart = Pick<RunDescription, "channels" | "grid" | "normalization" | "statistics" | "momentTendency">;

/**
 * The codec of a run. `onImpossible` hears how many values of a decoded state lay beyond their hard range.
 * @throws NumericError when a channel has no spread over the training split
 */
export function runCodec(
  { channels, grid, normalization, statistics, momentTendency }: CodecPart,
  onImpossible: (count: number) => void = () => {},
): RunCodec {
  const cells = cellCount(grid);
  const limit = physicalLimits(channels, cells, onImpossible);
  if (normalization === "global") {
    const normalizer = globalNormalizer(statistics, channels, cells);
    return {
      encode: (state) => ({ values: normalizer.encode(state) }),
      decodeNext: (values) => limit(normalizer.decode(values)),
    };
  }
  const transform = stateTransform(statistics, channels, cells);
  const standardize = (transformed: State): NormalizedState => {
    const { normalized, moments } = standardizeFields(transformed, statistics, channels);
    return { values: normalized, moments };
  };
  return {
    encode: (state) => standardize(transform.encode(state)),
    decodeNext: (values, { moments }, time, draw) => {
      const next = advanceMoments(moments as FieldMoments, momentTendency ?? [], time, draw);
      const state = unstandardizeFields(standardize(values).values, next);
      for (const [at, { channel, transform: own }] of statistics.entries()) {
        const [low, high] = transformedEnds(channel, own);
        // What ends nowhere has its moments already.
        if (Number.isFinite(low) || Number.isFinite(high)) {
          settle(fieldOf(state, at, cells), { mean: next.mean[at], std: next.std[at], low, high });
        }
      }
      return limit(transform.decode(state));
    },
  };
}

/**
 * Moments one step after `time`; without a fitted tendency they stay. `draw`: the mean of each channel and then each ln s, in
 * deviations from its line; absent, all go on along it.
 */
export function advanceMoments(
  { mean, std }: FieldMoments,
  tendency: readonly MomentTendency[],
  time: ValidTime,
  draw?: Float32Array,
): FieldMoments {
  const [sin, cos] = clock(time);
  const follow = ({ intercept, slopes, sinHour, cosHour, deviation }: ClockedLine, x: Float64Array, off = 0): number =>
    slopes.reduce((sum, slope, k) => sum + slope * x[k], intercept + sinHour * sin + cosHour * cos + deviation * off);
  const logStd = std.map(Math.log);
  const next = { mean: mean.slice(), std: std.slice() };
  for (const [k, lines] of tendency.entries()) {
    next.mean[k] = follow(lines.mean, mean, draw?.[k]);
    next.std[k] = Math.exp(follow(lines.logStd, logStd, draw?.[tendency.length + k]));
  }
  return next;
}

/** sin and cos of the UTC hour. */
export function clock(time: ValidTime): readonly [number, number] {
  const phase = (2 * Math.PI * hourOfDay(time)) / 24;
  return [Math.sin(phase), Math.cos(phase)];
}

/** Ends values at their variable's floor and ceiling, and impossible ones at its hard range, in place. NaN stays NaN. */
function physicalLimits(
  channels: RunDescription["channels"],
  cells: number,
  onImpossible: (count: number) => void,
): (state: State) => State {
  return (state) => {
    let impossible = 0;
    for (const [at, channel] of channels.entries()) {
      const { hardRange, floor, ceiling } = VARIABLES[channel];
      const low = floor ?? hardRange[0];
      const high = ceiling ?? hardRange[1];
      for (let i = at * cells; i < (at + 1) * cells; i++) {
        if (state[i] < low) {
          state[i] = low;
          if (floor === undefined) impossible++;
        } else if (state[i] > high) {
          state[i] = high;
          if (ceiling === undefined) impossible++;
        }
      }
    }
    if (impossible > 0) onImpossible(impossible);
    return state;
  };
}
