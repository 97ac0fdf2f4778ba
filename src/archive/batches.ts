/**
 * What is learnt from, batch after batch: sequences of hours a lead apart, on the whole grid or on random cuts of it.
 *
 *   sample n:  (x_t, x_{t + h}, x_{t + 2h}, …)      t = the place of n in the pass it belongs to; h hours of the clock
 *   its cut:   rows j₀ … j₀ + rows − 1, columns likewise, the same for every step; (i₀, j₀) keyed by (seed, n)
 *
 * Sample n is a function of n, the seed and the archive alone. Reading ahead (`read-ahead.ts`) is the caller's choice and changes nothing.
 * @module
 */
import { integers, type LeadHours, SECONDS_PER_HOUR, type ValidTime } from "../core/index.ts";
import type { Archive } from "./archive.ts";
import { sampleOrder } from "./sample-order.ts";
import { blockOf, type Split } from "./splits.ts";

/** Reads [channel, ny, nx] of one hour, normalized or not: the caller's business. */
export type ReadValues = (time: ValidTime) => Promise<Float32Array>;

export interface BatchPlan {
  readonly split: Split;
  /** Hours between two steps of a sequence. */
  readonly leadHours: LeadHours;
  /** Hours in a sequence: 1 for states alone, 2 for pairs. */
  readonly length: number;
  /** Whether a sequence may be learnt from, by its first time: what else it needs may be missing. Default: all. */
  readonly admits?: (first: ValidTime) => boolean;
  /** Sequences in a batch. */
  readonly batch: number;
  readonly seed: number;
  /** Keeps the random streams of two plans apart; `sampleOrder` of the same name gives the same order. */
  readonly purpose: string;
  /** Absent: the whole grid. */
  readonly crop?: { readonly rows: number; readonly columns: number };
  /** Pass after pass in orders of their own, or once in order of time, the last sample repeated beyond the end. Default true. */
  readonly shuffled?: boolean;
}

export interface Batch {
  /** First times of the sequences. */
  readonly times: readonly ValidTime[];
  /** One array a step, [batch, channel, rows, columns]. */
  readonly steps: readonly Float32Array[];
  /** South-west corner of each sequence's cut, in cells. */
  readonly corners: readonly { readonly row: number; readonly column: number }[];
}

export interface BatchStream {
  /** Different sequences there are. */
  readonly samples: number;
  /** Samples `first` … `first + batch − 1`. Errors as `ReadValues`. */
  at(first: number): Promise<Batch>;
}

/**
 * First times of all sequences of one split that are admitted, ascending: every hour of them whole, all in the same block. The lead is hours of the clock, never a difference of indices, so a missing hour can't glue two distant ones together.
 */
export function sequencesAt(
  archive: Archive,
  split: Split,
  leadHours: LeadHours,
  length: number,
  admits: (first: ValidTime) => boolean = () => true,
): ValidTime[] {
  const whole = new Set(archive.times.filter((time) => archive.isWhole(time)));
  const lead = Math.round(leadHours * SECONDS_PER_HOUR);
  const offsets = Array.from({ length }, (_, step) => step * lead);
  return [...whole].filter((time) => {
    const block = blockOf(archive.splits, time);
    if (block?.split !== split) return false;
    const inBlock = offsets.every((offset) => {
      const later = (time + offset) as ValidTime;
      return whole.has(later) && blockOf(archive.splits, later) === block;
    });
    return inBlock && admits(time);
  });
}

/**
 * The stream of a plan.
 * @throws RangeError for a cut larger than the grid, or a split without a sequence when a batch is asked for.
 * @example const pairs = batchStream(archive, { split: "train", leadHours: 1, length: 2, batch: 4, seed: 1, purpose: "forecaster" }, read);
 */
export function batchStream(archive: Archive, plan: BatchPlan, read: ReadValues): BatchStream {
  const { split, leadHours, length, admits, batch, seed, purpose, shuffled = true } = plan;
  const { nx, ny } = archive.grid;
  const { rows, columns } = plan.crop ?? { rows: ny, columns: nx };
  if (!(rows >= 1 && rows <= ny && columns >= 1 && columns <= nx)) {
    throw new RangeError(`a cut of ${rows} rows and ${columns} columns from a grid of ${ny} and ${nx}`);
  }
  const starts = sequencesAt(archive, split, leadHours, length, admits);
  const order = sampleOrder(starts.length, seed, purpose);
  const placeOf = (sample: number): number => (shuffled ? order(sample) : Math.min(sample, starts.length - 1));

  const cornerOf = (sample: number): Batch["corners"][number] => {
    if (plan.crop === undefined) return { row: 0, column: 0 };
    const key = { seed, purpose: `crop ${purpose}`, index: sample };
    const [row] = integers(key, 1, ny - rows + 1);
    const [column] = integers({ ...key, purpose: `${key.purpose} columns` }, 1, nx - columns + 1);
    return { row, column };
  };

  return {
    samples: starts.length,
    at: async (first) => {
      if (starts.length === 0) throw new RangeError(`no sequences of ${length} hours in the ${split} split`);
      const samples = Array.from({ length: batch }, (_, at) => first + at);
      const times = samples.map((sample) => starts[placeOf(sample)]);
      const corners = samples.map(cornerOf);
      const offsets = Array.from({ length }, (_, step) => Math.round(step * leadHours * SECONDS_PER_HOUR));
      // All asked for at once: a reader on another thread then goes on while this one is busy.
      const states = await Promise.all(
        offsets.map((offset) => Promise.all(times.map((time) => read((time + offset) as ValidTime)))),
      );
      const steps = states.map((own) => {
        const size = (own[0].length / (nx * ny)) * rows * columns;
        const out = new Float32Array(batch * size);
        for (const [at, values] of own.entries()) {
          cutInto(out.subarray(at * size, (at + 1) * size), values, { nx, ny, rows, columns, ...corners[at] });
        }
        return out;
      });
      return { times, steps, corners };
    },
  };
}

interface Cut {
  readonly nx: number;
  readonly ny: number;
  readonly rows: number;
  readonly columns: number;
  readonly row: number;
  readonly column: number;
}

/** Rows and columns of every channel, one behind the other. */
function cutInto(out: Float32Array, values: Float32Array, { nx, ny, rows, columns, row, column }: Cut): void {
  if (rows === ny && columns === nx) {
    out.set(values);
    return;
  }
  let at = 0;
  for (let plane = 0; plane < values.length; plane += nx * ny) {
    for (let j = row; j < row + rows; j++, at += columns) {
      const start = plane + j * nx + column;
      out.set(values.subarray(start, start + columns), at);
    }
  }
}
