/**
 * Physical values to what a network sees, and back.
 *
 *   f(x):    linear x;   log1p ln(1 + x);   signed-log sign(x) ln(1 + |x|)
 *   global:  z = (f(x) − mean) / std              mean, std of the training split
 *   field:   z = (f(x) − m) / max(s, 10⁻³ std)    m, s of this very field over space (DEF, Algorithm 1)
 *
 * A whole field can be constant (no echo, no CAPE at night): the floor under s keeps z at exactly 0 there instead of 0/0.
 * Arithmetic in float64, results in float32.
 * @module
 */
import {
  type Field,
  fieldOf,
  NumericError,
  ShapeError,
  type State,
  type Transform,
  VARIABLES,
  type VariableName,
} from "../core/index.ts";
import type { ChannelStatistics } from "./statistics.ts";

/** Share of a channel's global standard deviation below which a field counts as constant. */
export const STD_FLOOR = 1e-3;

/** f and f⁻¹. log1p of a value below −1 is NaN: quality control rejects such fields before they come here. */
const TRANSFORMS: Readonly<Record<Transform, readonly [forward: Map1, inverse: Map1]>> = {
  linear: [(x) => x, (y) => y],
  log1p: [Math.log1p, Math.expm1],
  "signed-log": [(x) => Math.sign(x) * Math.log1p(Math.abs(x)), (y) => Math.sign(y) * Math.expm1(Math.abs(y))],
};
type Map1 = (value: number) => number;

/** f(x) of one value, in float64. */
export function transformValue(transform: Transform, value: number): number {
  return TRANSFORMS[transform][0](value);
}

/** Where values of a variable end, transformed: its floor and its ceiling, −∞ and ∞ where it has none. */
export function transformedEnds(channel: VariableName, transform: Transform): readonly [low: number, high: number] {
  const { floor, ceiling } = VARIABLES[channel];
  return [
    floor === undefined ? Number.NEGATIVE_INFINITY : transformValue(transform, floor),
    ceiling === undefined ? Number.POSITIVE_INFINITY : transformValue(transform, ceiling),
  ];
}

/** f(x) of cells `from` … in float64, as many as `block` holds or there are; returns how many. */
export type TransformBlock = (from: number, block: Float64Array) => number;

/** Cells of a block: they stay in the nearest cache between being made and being used. */
export const TRANSFORM_BLOCK = 4096;

/**
 * Transforms a field block by block. Cells repeat each other (no energy, steps of 10 J/kg) and logarithms are dear, so recent ones are kept.
 */
export function blockTransform(field: Field, transform: Transform): TransformBlock {
  const slots = new Float64Array(SLOTS).fill(Number.NaN);
  const held = new Float64Array(SLOTS);
  const bits = new Int32Array(field.buffer, field.byteOffset, field.length);
  const forward = TRANSFORMS[transform][0];
  return (from, block) => {
    const count = Math.min(block.length, field.length - from);
    for (let at = 0; at < count; at++) {
      const value = field[from + at];
      // Knuth's multiplicative hash of the float's bits: any step of packing spreads over all slots.
      const slot = Math.imul(bits[from + at], -1_640_531_527) >>> 16;
      if (slots[slot] !== value) {
        slots[slot] = value;
        held[slot] = forward(value);
      }
      block[at] = held[slot];
    }
    return count;
  };
}

const SLOTS = 2 ** 16;

/** f⁻¹(y) of one value, in float64. */
export function untransformValue(transform: Transform, value: number): number {
  return TRANSFORMS[transform][1](value);
}

/** A change of variables for whole states, [channel, cells] in and out, and its inverse. Both return new arrays. */
export interface StateCodec {
  encode(state: State): State;
  decode(encoded: State): State;
}

/** Only f and its inverse, channel by channel. */
export function stateTransform(
  statistics: readonly ChannelStatistics[],
  channels: readonly VariableName[],
  cells: number,
): StateCodec {
  const chosen = statisticsFor(statistics, channels);
  return {
    encode: (state) => mapCells(state, cells, chosen, ({ transform }, x) => transformValue(transform, x)),
    decode: (state) => mapCells(state, cells, chosen, ({ transform }, y) => untransformValue(transform, y)),
  };
}

/**
 * z-scores of transformed values by fixed statistics. decode(encode(x)) = x within float32 rounding of the transformed value.
 * @throws NumericError when a channel has no spread over the training split: nothing can be learnt from it.
 */
export function globalNormalizer(
  statistics: readonly ChannelStatistics[],
  channels: readonly VariableName[],
  cells: number,
): StateCodec {
  const chosen = statisticsFor(statistics, channels);
  for (const { channel, std } of chosen) requireSpread(channel, std);
  return {
    encode: (state) => {
      const out = new Float32Array(requireStateSize(state, chosen, cells));
      for (const [at, entry] of chosen.entries()) standardizeInto(out, fieldOf(state, at, cells), at * cells, entry);
      return out;
    },
    decode: (state) => {
      const out = new Float32Array(requireStateSize(state, chosen, cells));
      for (const [at, entry] of chosen.entries()) restoreInto(out, fieldOf(state, at, cells), at * cells, entry);
      return out;
    },
  };
}

/** Mean and standard deviation over space of each channel of one state, [channel]; the floor is already applied to `std`. */
export interface FieldMoments {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/**
 * DEF's own normalization of a transformed state: each channel by its own mean and (unbiased, divisor n − 1) standard deviation.
 * A constant field becomes all zeros. Source: docs/def-fidelity.md; the divisor is that of torch.std, which DEF used.
 */
export function standardizeFields(
  transformed: State,
  statistics: readonly ChannelStatistics[],
  channels: readonly VariableName[],
): { normalized: State; moments: FieldMoments } {
  const chosen = statisticsFor(statistics, channels);
  const cells = transformed.length / channels.length;
  const mean = new Float64Array(channels.length);
  const std = new Float64Array(channels.length);
  for (const [at, { channel, std: globalStd }] of chosen.entries()) {
    requireSpread(channel, globalStd);
    const field = fieldOf(transformed, at, cells);
    let sum = 0;
    for (const value of field) sum += value;
    mean[at] = sum / cells;
    let squares = 0;
    for (const value of field) squares += (value - mean[at]) ** 2;
    std[at] = Math.max(Math.sqrt(squares / Math.max(cells - 1, 1)), STD_FLOOR * globalStd);
  }
  const moments = { mean, std };
  const normalized = new Float32Array(transformed.length);
  for (let i = 0; i < transformed.length; i++) {
    const at = Math.floor(i / cells);
    normalized[i] = (transformed[i] - mean[at]) / std[at];
  }
  return { normalized, moments };
}

/** The inverse of `standardizeFields`: normalized state and moments → transformed state. */
export function unstandardizeFields(normalized: State, { mean, std }: FieldMoments): State {
  const cells = normalized.length / mean.length;
  const out = new Float32Array(normalized.length);
  for (let i = 0; i < normalized.length; i++) {
    const at = Math.floor(i / cells);
    out[i] = normalized[i] * std[at] + mean[at];
  }
  return out;
}

/** Statistics in the order of the channels asked for. */
function statisticsFor(
  statistics: readonly ChannelStatistics[],
  channels: readonly VariableName[],
): readonly ChannelStatistics[] {
  return channels.map((channel) => {
    const found = statistics.find((entry) => entry.channel === channel);
    if (found !== undefined) return found;
    throw new ShapeError({
      place: "normalization statistics",
      expected: `channel ${channel}`,
      got: statistics.map((entry) => entry.channel).join(","),
    });
  });
}

function requireSpread(channel: VariableName, std: number): void {
  if (std > 0 && Number.isFinite(std)) return;
  throw new NumericError({
    place: `statistics of ${channel}`,
    expected: "a standard deviation above 0 over the training split",
    got: String(std),
    remedy: "leave this variable out or train on more hours",
  });
}

/** (f(x) − mean) / std of one field, from `start` on: a loop of its own, for a full grid has 13 million cells. */
function standardizeInto(out: State, field: Field, start: number, { transform, mean, std }: ChannelStatistics): void {
  if (transform === "linear") {
    for (let cell = 0; cell < field.length; cell++) out[start + cell] = (field[cell] - mean) / std;
    return;
  }
  const transformed = blockTransform(field, transform);
  const block = new Float64Array(TRANSFORM_BLOCK);
  for (let from = 0; from < field.length; from += block.length) {
    const count = transformed(from, block);
    for (let at = 0; at < count; at++) out[start + from + at] = (block[at] - mean) / std;
  }
}

/** f⁻¹(z · std + mean) of one field, from `start` on. */
function restoreInto(out: State, field: Field, start: number, { transform, mean, std }: ChannelStatistics): void {
  if (transform === "linear") {
    for (let cell = 0; cell < field.length; cell++) out[start + cell] = field[cell] * std + mean;
    return;
  }
  const inverse = TRANSFORMS[transform][1];
  for (let cell = 0; cell < field.length; cell++) out[start + cell] = inverse(field[cell] * std + mean);
}

/** The state's size. @throws ShapeError when it is not that of its channels. */
function requireStateSize(state: State, statistics: readonly ChannelStatistics[], cells: number): number {
  if (state.length === statistics.length * cells) return state.length;
  throw new ShapeError({
    place: "state",
    expected: `${statistics.length} channels of ${cells} cells`,
    got: `${state.length} values`,
  });
}

function mapCells(
  state: State,
  cells: number,
  statistics: readonly ChannelStatistics[],
  map: (statistics: ChannelStatistics, value: number) => number,
): State {
  const out = new Float32Array(requireStateSize(state, statistics, cells));
  for (const [at, entry] of statistics.entries()) {
    for (let i = at * cells; i < (at + 1) * cells; i++) out[i] = map(entry, state[i]);
  }
  return out;
}
