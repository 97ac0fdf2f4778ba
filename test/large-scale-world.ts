/**
 * A world that only the large scale foretells: its temperature at each hour is drawn anew, and nothing in one hour tells of the next.
 *
 *   t2m(x, t) = 290 + a(t) + b(t) X(x),   t850 the same 10 K colder;   a, b ~ N(0, 3), X from −1 to 1 with longitude
 *
 * What X is made of is linear in longitude, so that bilinear interpolation of t850 is exact. Another model knows it all, from cycles six hours
 * apart; so that cycles can be told apart, each is wrong by a little of its own.
 * @module
 */
import type { Archive, LargeScale, LargeScaleEntry, LargeScaleFields, Provenance } from "../src/archive/index.ts";
import {
  cellCoordinates,
  cellLocator,
  type Field,
  type Grid,
  type InitTime,
  type LatLonGrid,
  normals,
  type State,
  utcSeconds,
  type ValidTime,
} from "../src/core/index.ts";
import { sandboxSpace } from "../src/sandbox/index.ts";
import { memoryArchive } from "./memory-archive.ts";

export const START = utcSeconds(2024, 5, 6) as ValidTime;
export const hour = (k: number): ValidTime => (START + 3600 * k) as ValidTime;
export const cycle = (k: number): InitTime => hour(k) as number as InitTime;

const { grid } = sandboxSpace({ nx: 12, ny: 8 });
const west = cellCoordinates(grid).longitude.reduce((least, value) => Math.min(least, value));
const width = 0.5;

/** Weather at an hour, at any longitude. */
export function temperatureAt(time: ValidTime, longitude: number): number {
  const [a, b] = normals({ seed: 1, purpose: "made-up large scale", index: time }, 2);
  return 290 + 3 * a + 3 * b * (2 * ((longitude - west) / width) - 1);
}

const HOURS = 60;
const times = Array.from({ length: HOURS }, (_, k) => hour(k));
const stateAt = (time: ValidTime): State =>
  cellCoordinates(grid).longitude.map((longitude) => temperatureAt(time, longitude));

/** 40 hours to learn from, 8 to watch, 12 to forecast. */
export function largeScaleArchive(): Archive {
  const linear = { transform: "linear", count: 1, min: 280, max: 300 } as const;
  const physical = { physicalMin: 280, physicalMax: 300, physicalMean: 290 };
  return {
    ...memoryArchive(),
    grid,
    channels: ["t2m"],
    times,
    splits: [
      { split: "train", first: hour(0), last: hour(39) },
      { split: "validation", first: hour(40), last: hour(47) },
      { split: "test", first: hour(48), last: hour(59) },
    ],
    statistics: [{ ...linear, channel: "t2m", mean: 290, std: 4, ...physical }],
    quality: () => new Uint16Array(1),
    isWhole: (time) => times.includes(time),
    readState: async (time) => stateAt(time),
    readField: async (time) => stateAt(time),
  };
}

/** A quarter of a degree, as GFS's, around the domain with two cells to spare. */
export const AROUND: LatLonGrid = {
  kind: "latlon",
  nx: 9,
  ny: 8,
  latitude0Degrees: Math.floor(cellLocator(grid)(0, 0).latitudeDegrees * 4) / 4 - 0.5,
  longitude0Degrees: Math.floor(west * 4) / 4 - 0.5,
  dLatitudeDegrees: 0.25,
  dLongitudeDegrees: 0.25,
};

export const T850 = { name: "t850", longName: "temperature at 850 hPa", units: "K" };
export const MADE_UP: Provenance = { madeBy: "test/large-scale-world.ts", inputs: [], notes: [] };

/** What a cycle says of a time: the truth, 10 K colder, and 0.001 K of error a cycle hour. */
export function fieldOn(around: Grid, time: ValidTime, initTime: InitTime, error = 0): Field {
  const own = ((initTime - START) / 3600) * 0.001;
  return cellCoordinates(around).longitude.map((longitude) => temperatureAt(time, longitude) - 10 + own + error);
}

export interface MadeUpEntry {
  readonly validTime: ValidTime;
  readonly initTime: InitTime;
}

const USUAL_LAGS = [0, 12];

/** Every hour from the newest cycle of before, and from the one at least `lag` hours old. */
export function cyclesOf(hours: readonly number[], lags: readonly number[] = USUAL_LAGS): MadeUpEntry[] {
  const all = hours.flatMap((k) =>
    lags.map((lag) => ({ validTime: hour(k), initTime: cycle(Math.floor((k - lag) / 6) * 6) })),
  );
  const distinct = new Map(all.map((entry) => [`${entry.validTime} ${entry.initTime}`, entry]));
  return [...distinct.values()].sort((a, b) => a.validTime - b.validTime || a.initTime - b.initTime);
}

/** A store in memory. `error` is added to every field. */
export function madeUpStore(entries: readonly MadeUpEntry[], error = 0): LargeScale {
  const held = entries.map((entry, index): LargeScaleEntry => ({ ...entry, index, names: [T850.name] }));
  return {
    path: "made-up.zarr",
    variables: [T850],
    grid: AROUND,
    source: "made up",
    provenance: MADE_UP,
    digest: async () => "made up",
    entriesAt: (time) => held.filter(({ validTime }) => validTime === time),
    readField: async ({ validTime, initTime }) => fieldOn(AROUND, validTime, initTime, error),
  };
}

/** The same on its way to a disk. */
export async function* madeUpFields(entries: readonly MadeUpEntry[]): AsyncGenerator<LargeScaleFields> {
  for (const { validTime, initTime } of entries) {
    yield { validTime, initTime, fields: new Map([[T850.name, fieldOn(AROUND, validTime, initTime)]]) };
  }
}
