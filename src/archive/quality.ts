/**
 * Quality control of one hour: what is wrong with each channel's field, as a mask of flags. Nothing is changed or filled here.
 *
 *   rejecting (the hour neither trains nor starts a forecast):  MISSING, NON_FINITE, HARD_RANGE
 *   warning   (the hour is used, and the flag is listed):       SOFT_RANGE, SPIKE, DEWPOINT_ABOVE_TEMPERATURE, CONSTANT, FROZEN, VOIDED
 *
 * VOIDED: cells that dropped out (`dropouts.ts`) were made missing when the hour was stored, and count for nobody. Where they are more than
 * a twentieth of the field it is no longer a matter of single cells, and NON_FINITE is set too.
 *
 * A spike is a cell that lies outside the range of its eight neighbors by an excess e that weather does not reach:
 *
 *   e = max(x − max₈, min₈ − x)  >  max(5 σ, 0.02 · (soft maximum − soft minimum)),   σ = standard deviation of the field
 *
 * Measured: e/σ is at most 4.1 in 171 ordinary HRRR fields of 41x78 cells and 2.3 in full grids of temperature and wind, 16.3 for the
 * known 209 K dew point of 2018-07-22 10Z, and 5.3 for a dew point of 192 K in a full grid (docs/design/0010). Variables with a floor or a ceiling are exempt: an isolated
 * echo is weather. Ranges: `core/variables.ts`.
 * @module
 */
import { type Field, fieldOf, type State, type StateSpace, VARIABLES, type Variable } from "../core/index.ts";
import { type FieldSurvey, surveyField } from "./field-survey.ts";

export const MISSING = 1;
export const NON_FINITE = 2;
export const HARD_RANGE = 4;
export const SOFT_RANGE = 8;
export const SPIKE = 16;
export const DEWPOINT_ABOVE_TEMPERATURE = 32;
export const CONSTANT = 64;
export const FROZEN = 128;
export const VOIDED = 256;

/** Any of these, on any channel, and the hour is not whole. */
export const REJECTING: number = MISSING | NON_FINITE | HARD_RANGE;

/** Each flag's bit, its name as stored (CF `flag_meanings`), and what it means. */
export const QUALITY_FLAGS: readonly { readonly mask: number; readonly name: string; readonly meaning: string }[] = [
  { mask: MISSING, name: "missing", meaning: "the field is not there" },
  { mask: NON_FINITE, name: "non_finite", meaning: "some cells are NaN or infinite" },
  { mask: HARD_RANGE, name: "hard_range", meaning: "some value is impossible" },
  { mask: SOFT_RANGE, name: "soft_range", meaning: "some value is suspicious" },
  { mask: SPIKE, name: "spike", meaning: "some cell lies far outside the range of its neighbors" },
  { mask: DEWPOINT_ABOVE_TEMPERATURE, name: "dewpoint_above_temperature", meaning: "dew point above temperature" },
  { mask: CONSTANT, name: "constant", meaning: "all cells are equal, and not at the variable's floor or ceiling" },
  { mask: FROZEN, name: "frozen", meaning: "every cell equals the step before" },
  { mask: VOIDED, name: "voided", meaning: "some cells were far below all around them, and are missing" },
];

/** Names of the flags set in a mask. */
export function flagNames(mask: number): string[] {
  return QUALITY_FLAGS.filter((flag) => (mask & flag.mask) !== 0).map((flag) => flag.name);
}

/** Kelvin by which a dew point may exceed the temperature before it is worth a flag: both are packed with rounding. */
export const SUPERSATURATION_KELVIN = 0.5;
/** Speed above which both wind components are suspicious, m/s. */
export const SOFT_WIND_SPEED = 60;
/** Share of a field's cells that may be voided before the hour is rejected. */
export const MOST_VOIDED = 0.05;
const SPIKE_SIGMAS = 5;
const SPIKE_RANGE_SHARE = 0.02;

/**
 * Checks the fields of one hour. state: [channel, ny, nx] in physical units; a channel that is all NaN is missing.
 * `surveys` are of these fields; `before` is the state one step earlier, where there is one; `voided` says how many cells of each channel
 * are missing because they dropped out. Returns one mask a channel.
 */
export function checkState(
  state: State,
  space: StateSpace,
  {
    surveys,
    before,
    voided = [],
  }: {
    readonly surveys?: readonly FieldSurvey[];
    readonly before?: State;
    readonly voided?: readonly number[];
  } = {},
): Uint16Array {
  const { nx, ny } = space.grid;
  const cells = nx * ny;
  const flags = Uint16Array.from(space.channels, (channel, at) => {
    const field = fieldOf(state, at, cells);
    const survey = surveys?.[at] ?? surveyField(field);
    const mask = checkField(field, survey, VARIABLES[channel], nx) | checkGaps(survey, voided[at] ?? 0);
    const frozen = before !== undefined && (mask & MISSING) === 0 && isFrozen(field, fieldOf(before, at, cells));
    return mask | (frozen ? FROZEN : 0);
  });
  const indexed = (name: Variable["name"]): number => space.channels.indexOf(name);
  const [t2m, d2m, u10, v10] = [indexed("t2m"), indexed("d2m"), indexed("u10"), indexed("v10")];
  const differs = (a: number, b: number, test: (a: number, b: number) => boolean): boolean =>
    a >= 0 && b >= 0 && somePair(fieldOf(state, a, cells), fieldOf(state, b, cells), test);
  if (differs(d2m, t2m, (d, t) => d > t + SUPERSATURATION_KELVIN)) flags[d2m] |= DEWPOINT_ABOVE_TEMPERATURE;
  if (differs(u10, v10, (u, v) => u * u + v * v > SOFT_WIND_SPEED ** 2)) {
    flags[u10] |= SOFT_RANGE;
    flags[v10] |= SOFT_RANGE;
  }
  return flags;
}

function checkField(field: Field, survey: FieldSurvey, variable: Variable, nx: number): number {
  const { cells, finite, min, max } = survey;
  if (finite === 0) return 0;
  let mask = 0;
  if (isOutside(min, max, variable.hardRange)) mask |= HARD_RANGE;
  if (isOutside(min, max, variable.softRange)) mask |= SOFT_RANGE;
  if (min === max && cells > 1 && min !== variable.floor && min !== variable.ceiling) mask |= CONSTANT;
  if (mayHaveSpikes(variable) && isSpiked(field, nx, spikeLimit(survey, variable))) mask |= SPIKE;
  return mask;
}

/** What cells without a number mean, of which so many were voided. */
function checkGaps({ cells, finite, missing }: FieldSurvey, voided: number): number {
  if (missing === cells) return MISSING;
  const unexplained = finite + voided < cells || voided > MOST_VOIDED * cells;
  return (unexplained ? NON_FINITE : 0) | (voided > 0 ? VOIDED : 0);
}

function isOutside(min: number, max: number, [low, high]: readonly [number, number]): boolean {
  return min < low || max > high;
}

function mayHaveSpikes({ floor, ceiling }: Variable): boolean {
  return floor === undefined && ceiling === undefined;
}

/** The excess e beyond which a cell of this field is a spike. NaN and infinite cells take no part. */
function spikeLimit({ m2, finite }: FieldSurvey, { softRange: [low, high] }: Variable): number {
  return Math.max(SPIKE_SIGMAS * Math.sqrt(m2 / finite), SPIKE_RANGE_SHARE * (high - low));
}

/** The worst spike of a field: its cell and e. `undefined` where there is none, or the variable is exempt. */
export function findSpike(field: Field, variable: Variable, nx: number): Spike | undefined {
  return findSpikes(field, variable, nx).reduce<Spike | undefined>(
    (worst, spike) => (spike.excess > (worst?.excess ?? 0) ? spike : worst),
    undefined,
  );
}

/** Every spike of a field, in order of cells; none where the variable is exempt. */
export function findSpikes(field: Field, variable: Variable, nx: number): Spike[] {
  if (!mayHaveSpikes(variable)) return [];
  const survey = surveyField(field);
  return survey.finite === 0 ? [] : [...spikesAbove(field, nx, spikeLimit(survey, variable))];
}

export interface Spike {
  readonly cell: number;
  readonly excess: number;
}

/** Cells whose e is above the limit; cells and neighbors that are NaN take no part. */
function* spikesAbove(field: Field, nx: number, limit: number): Generator<Spike> {
  const ny = field.length / nx;
  for (let j = 0, cell = 0; j < ny; j++) {
    let beside = nx > 1 ? field[cell + 1] : Number.NaN;
    for (let i = 0; i < nx; i++, cell++) {
      const value = field[cell];
      // A spike stands out from every neighbor, so from this one: nearly all cells are settled by one comparison.
      const settled = Math.abs(value - beside) <= limit;
      beside = value;
      if (settled) continue;
      const excess = excessAt(field, i, j, nx, ny);
      if (excess > limit) yield { cell, excess };
    }
  }
}

function isSpiked(field: Field, nx: number, limit: number): boolean {
  return spikesAbove(field, nx, limit).next().done === false;
}

/** e of column i, row j; 0 where there is nothing to compare with. */
function excessAt(field: Field, i: number, j: number, nx: number, ny: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let b = Math.max(j - 1, 0); b <= Math.min(j + 1, ny - 1); b++) {
    for (let a = Math.max(i - 1, 0); a <= Math.min(i + 1, nx - 1); a++) {
      const neighbor = field[b * nx + a];
      if (a === i && b === j) continue;
      if (neighbor < low) low = neighbor;
      if (neighbor > high) high = neighbor;
    }
  }
  const value = field[j * nx + i];
  const excess = Math.max(value - high, low - value);
  return low <= high && excess > 0 ? excess : 0;
}

/** Equal in every cell, and not simply quiet: a field without echo or energy may well stay so. */
export function isFrozen(field: Field, before: Field): boolean {
  const [first] = field;
  let quiet = true;
  for (let cell = 0; cell < field.length; cell++) {
    if (field[cell] !== before[cell] && !(Number.isNaN(field[cell]) && Number.isNaN(before[cell]))) return false;
    quiet &&= field[cell] === first;
  }
  return !quiet;
}

function somePair(a: Field, b: Field, test: (a: number, b: number) => boolean): boolean {
  for (let cell = 0; cell < a.length; cell++) if (test(a[cell], b[cell])) return true;
  return false;
}
