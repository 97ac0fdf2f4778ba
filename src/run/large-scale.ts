/**
 * The large scale as networks are told it: planes of another model's fields, valid at the very time that is asked for, a soft boundary that
 * says what comes in over the edge.
 *
 *   plane(x) = (bilinear f(x) − mean) / std      mean and std of the name over the training hours
 *
 * Winds are turned from east and north to the grid's axes, as the state's own are. Which of several cycles is read says
 * `known-large-scale.ts`.
 * @module
 */
import type { LargeScale, LargeScaleEntry } from "../archive/index.ts";
import { cellCount, type Field, type InitTime, type ValidTime } from "../core/index.ts";
import { regridder } from "../regrid/index.ts";
import type { RunDescription } from "./description.ts";
import { newestKnown, requireKnown } from "./known-large-scale.ts";
import { remembered } from "./remembered.ts";
import { windPairs, windTurner } from "./told-winds.ts";

type Told = Pick<RunDescription, "grid" | "largeScale">;

/** The large scale of one run from one store. */
export interface LargeScaleReader {
  /** What would be read for a time; `undefined` where nothing that may be known is there with every name. */
  entryAt(time: ValidTime): LargeScaleEntry | undefined;
  /** [name, ny, nx], standardised, on the run's grid; not to be changed. Errors as `requireKnown`. */
  at(time: ValidTime): Promise<Float32Array>;
}

/** How many planes the large scale takes. */
export function largeScalePlanes({ largeScale }: Pick<Told, "largeScale">): number {
  return largeScale?.variables.length ?? 0;
}

/** Bytes of planes that are kept. */
const CACHE_BYTES = 2 ** 28;

/**
 * Reads what the networks of a run are told. A store that `requireLargeScale` has let pass; a run that is told something.
 * @example const planes = await largeScaleReader(run, store, initTime).at(validTime(initTime, 6));
 */
export function largeScaleReader(run: Told, store: LargeScale, knownAt?: InitTime): LargeScaleReader {
  const variables = run.largeScale?.variables ?? [];
  const names = variables.map(({ name }) => name);
  const cells = cellCount(run.grid);
  const toGrid = regridder(store.grid, run.grid);
  const turn = windTurner(run.grid);

  const read = async (time: ValidTime): Promise<Float32Array> => {
    requireKnown(store, names, [time], knownAt);
    const entry = newestKnown(store, names, time, knownAt) as LargeScaleEntry;
    const fields = new Map<string, Field>();
    for (const name of names) fields.set(name, toGrid(await store.readField(entry, name), "bilinear"));
    for (const [u, v] of windPairs(names)) turn(fields.get(u) as Field, fields.get(v) as Field);
    const out = new Float32Array(names.length * cells);
    for (const [at, { name, mean, std }] of variables.entries()) {
      const field = fields.get(name) as Field;
      for (let cell = 0; cell < cells; cell++) out[at * cells + cell] = (field[cell] - mean) / std;
    }
    return out;
  };
  return {
    entryAt: (time) => newestKnown(store, names, time, knownAt),
    at: remembered(read, { size: cells * Math.max(names.length, 1), bytes: CACHE_BYTES }),
  };
}
