/**
 * Meridians and parallels: a round step that gives a handful of lines, and where they meet the left and lower edges of the frame.
 * @module
 */
import { frameBounds, type MapFrame, placeLocator } from "./projection.ts";

const STEPS_DEGREES = [0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30];
const WANTED_LINES = 5;

/** A label beside the frame, `at` pixels along the edge. */
export interface EdgeTick {
  readonly label: string;
  readonly at: number;
}

export interface Graticule {
  /** As d3 wants them: [longitude, latitude] along each line. */
  readonly lines: readonly [number, number][][];
  /** Parallels on the left edge, pixels from the top. */
  readonly left: readonly EdgeTick[];
  /** Meridians on the lower edge, pixels from the left. */
  readonly bottom: readonly EdgeTick[];
}

export function graticule(frame: MapFrame): Graticule {
  const bounds = frameBounds(frame);
  const parallels = multiples(bounds.south, bounds.north);
  const meridians = multiples(bounds.west + bounds.middleLongitude, bounds.east + bounds.middleLongitude);
  const along = (from: number, to: number): number[] =>
    Array.from({ length: 65 }, (_, k) => from + ((to - from) * k) / 64);
  const west = bounds.west + bounds.middleLongitude;
  const east = bounds.east + bounds.middleLongitude;
  const locate = placeLocator(frame);
  const { widthPixels, heightPixels } = frame;
  return {
    lines: [
      ...parallels.map((latitude) => along(west, east).map((longitude): [number, number] => [longitude, latitude])),
      ...meridians.map((longitude) =>
        along(bounds.south, bounds.north).map((latitude): [number, number] => [longitude, latitude]),
      ),
    ],
    left: parallels.flatMap((latitude) =>
      crossing(heightPixels, (y) => locate(0, y).latitude - latitude).map((at) => ({
        label: latitudeLabel(latitude),
        at,
      })),
    ),
    bottom: meridians.flatMap((longitude) =>
      crossing(widthPixels, (x) => wrap(locate(x, heightPixels).longitude - longitude)).map((at) => ({
        label: longitudeLabel(longitude),
        at,
      })),
    ),
  };
}

/** The multiples of a round step within a range. */
function multiples(from: number, to: number): number[] {
  const step = STEPS_DEGREES.find((degrees) => (to - from) / degrees <= WANTED_LINES * 1.6) ?? 45;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => (first + k) * step);
}

/** Where a function changes sign between 0 and `length`, by stepping and then linear interpolation: at most one place is kept. */
function crossing(length: number, height: (at: number) => number): number[] {
  const STEPS = 128;
  let before = height(0);
  for (let k = 1; k <= STEPS; k++) {
    const after = height((k / STEPS) * length);
    // A jump of hundreds of degrees is the wrap of longitude, not a crossing.
    if (before <= 0 !== after <= 0 && Math.abs(after - before) < 90) {
      return [((k - 1 + before / (before - after)) / STEPS) * length];
    }
    before = after;
  }
  return [];
}

const wrap = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);
const number = (degrees: number): string => String(Number(Math.abs(degrees).toFixed(2)));

function latitudeLabel(latitude: number): string {
  return latitude === 0 ? "0°" : `${number(latitude)}°${latitude > 0 ? "N" : "S"}`;
}

function longitudeLabel(degrees: number): string {
  const longitude = wrap(degrees);
  if (longitude === 0 || Math.abs(longitude) === 180) return `${number(longitude)}°`;
  return `${number(longitude)}°${longitude > 0 ? "E" : "W"}`;
}
