/**
 * Land, coasts, borders, states and counties of what a frame shows. Sources: us-atlas (US Census cartographic boundary files) for
 * the United States, world-atlas (Natural Earth) for everything else, so that no border is drawn twice in two versions.
 * @module
 */
import { createRequire } from "node:module";
import type { GeoPermissibleObjects } from "d3-geo";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import { borderLines, type Line } from "./arcs.ts";
import { frameBounds, frameExtentKm, type MapFrame } from "./projection.ts";

/** Frames below this size get counties, km: every sector but the largest; a county is 20 pixels or more. */
const COUNTIES_BELOW_KM = 2400;
/** Frames above this size make do with 1:50 million coasts, and get land and water told apart, km. */
const COARSE_ABOVE_KM = 3000;
const UNITED_STATES = "840";

export interface Geography {
  /** Only on large frames: nearer, its coast would show to be another than that of `states`. */
  readonly land?: GeoPermissibleObjects;
  /** Coasts and borders of the world without the United States. */
  readonly countries: GeoPermissibleObjects;
  /** Coasts, borders and states of the United States. */
  readonly states: GeoPermissibleObjects;
  /** Only on small frames. */
  readonly counties?: GeoPermissibleObjects;
}

export function geography(frame: MapFrame): Geography {
  const extent = frameExtentKm(frame);
  const near = nearby(frame);
  const coarse = extent > COARSE_ABOVE_KM;
  const world = atlas(`world-atlas/countries-${coarse ? "50m" : "10m"}.json`);
  const lines = (
    topology: Topology,
    name: string,
    wanted: Parameters<typeof borderLines>[2],
  ): GeoPermissibleObjects => ({
    type: "MultiLineString",
    coordinates: borderLines(topology, name, wanted).filter(near),
  });
  return {
    countries: lines(world, "countries", (owners) => owners.every(({ id }) => id !== UNITED_STATES)),
    states: lines(atlas("us-atlas/states-10m.json"), "states", () => true),
    ...(coarse && { land: feature(world, world.objects["land"]) }),
    ...(extent < COUNTIES_BELOW_KM && {
      counties: lines(atlas("us-atlas/counties-10m.json"), "counties", (owners) => owners.length > 1),
    }),
  };
}

/** True for lines whose box of latitudes and longitudes touches the frame's: most of the world is not worth projecting. */
function nearby(frame: MapFrame): (line: Line) => boolean {
  const { south, north, west, east, middleLongitude } = frameBounds(frame);
  const margin = 0.05 * (north - south) + 0.5;
  return (line) => {
    let [low, high, left, right] = [90, -90, 180, -180];
    for (const [longitude, latitude] of line) {
      const relative = longitude - middleLongitude - 360 * Math.round((longitude - middleLongitude) / 360);
      if (latitude < low) low = latitude;
      if (latitude > high) high = latitude;
      if (relative < left) left = relative;
      if (relative > right) right = relative;
    }
    return high > south - margin && low < north + margin && right > west - margin && left < east + margin;
  };
}

/** One of the packages' TopoJSON files; `require` parses it once. */
const atlas = (name: string): Topology => createRequire(import.meta.url)(name) as Topology;
