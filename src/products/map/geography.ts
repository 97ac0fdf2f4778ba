/**
 * Land, coasts, borders, states and counties of what a frame shows. Sources: us-atlas (US Census cartographic boundary files) for
 * the United States, world-atlas (Natural Earth) for everything else, so that no border is drawn twice in two versions.
 * @module
 */
import { createRequire } from "node:module";
import type { GeoPermissibleObjects } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { borderLines } from "./arcs.ts";
import { frameBounds, frameExtentKm, type MapFrame } from "./projection.ts";

/** Frames below this size get counties, km. */
const COUNTIES_BELOW_KM = 600;
/** Frames above this size make do with 1:50 million coasts, km. */
const COARSE_ABOVE_KM = 3000;
const UNITED_STATES = "840";

export interface Geography {
  readonly land: GeoPermissibleObjects;
  /** Coasts and borders of the world without the United States. */
  readonly countries: GeoPermissibleObjects;
  /** Coasts, borders and states of the United States. */
  readonly states: GeoPermissibleObjects;
  /** Only on small frames. */
  readonly counties?: GeoPermissibleObjects;
}

export function geography(frame: MapFrame): Geography {
  const extent = frameExtentKm(frame);
  const { near, thin } = neighborhood(frame);
  const world = atlas(`world-atlas/countries-${extent > COARSE_ABOVE_KM ? "50m" : "10m"}.json`);
  const lines = (
    topology: Topology,
    name: string,
    wanted: Parameters<typeof borderLines>[2],
  ): GeoPermissibleObjects => ({
    type: "MultiLineString",
    coordinates: borderLines(topology, name, wanted).filter(near),
  });
  return {
    land: {
      type: "MultiPolygon",
      coordinates: polygons(world, "land")
        .filter((rings) => near(rings[0]))
        .map((rings) => rings.map(thin).filter((ring) => ring.length >= LEAST_RING))
        .filter((rings) => rings.length > 0),
    },
    countries: lines(world, "countries", (owners) => owners.every(({ id }) => id !== UNITED_STATES)),
    states: lines(atlas("us-atlas/states-10m.json"), "states", () => true),
    ...(extent < COUNTIES_BELOW_KM && {
      counties: lines(atlas("us-atlas/counties-10m.json"), "counties", (owners) => owners.length > 1),
    }),
  };
}

function polygons(topology: Topology, name: string): number[][][][] {
  const shapes = feature(topology, topology.objects[name] as GeometryCollection).features;
  return shapes.flatMap(({ geometry }) => {
    if (geometry.type === "Polygon") return [geometry.coordinates];
    return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  });
}

type Positions = readonly (readonly number[])[];

/** A closed ring repeats its first position. */
const LEAST_RING = 4;
/** Outside the frame, and at least this far from it, land keeps one point in this many degrees. */
const THIN_DEGREES = 2;

/** What a frame needs of the world; projecting the rest would take most of the time of a map. */
function neighborhood(frame: MapFrame): { near: (line: Positions) => boolean; thin: (ring: Positions) => number[][] } {
  const { south, north, west, east, middleLongitude } = frameBounds(frame);
  const margin = 0.05 * (north - south) + 0.5;
  const relative = (longitude: number): number =>
    longitude - middleLongitude - 360 * Math.round((longitude - middleLongitude) / 360);
  return {
    /** True for lines whose box of latitudes and longitudes touches the frame's. */
    near: (line) => {
      let [low, high, left, right] = [90, -90, 180, -180];
      for (const [longitude, latitude] of line) {
        const x = relative(longitude);
        if (latitude < low) low = latitude;
        if (latitude > high) high = latitude;
        if (x < left) left = x;
        if (x > right) right = x;
      }
      return high > south - margin && low < north + margin && right > west - margin && left < east + margin;
    },
    /** The ring with points far outside thinned: a chord shorter than its distance from the frame cannot reach into it. */
    thin: (ring) => {
      const guard = margin + THIN_DEGREES;
      const kept: number[][] = [];
      let [lastLongitude, lastLatitude] = [Number.POSITIVE_INFINITY, 0];
      for (const [at, [longitude, latitude]] of ring.entries()) {
        const x = relative(longitude);
        const inside = latitude > south - guard && latitude < north + guard && x > west - guard && x < east + guard;
        const moved = Math.max(Math.abs(longitude - lastLongitude), Math.abs(latitude - lastLatitude));
        if (!inside && moved < THIN_DEGREES && at < ring.length - 1) continue;
        kept.push([longitude, latitude]);
        [lastLongitude, lastLatitude] = [longitude, latitude];
      }
      return kept;
    },
  };
}

/** One of the packages' TopoJSON files; `require` parses it once. */
const atlas = (name: string): Topology => createRequire(import.meta.url)(name) as Topology;
