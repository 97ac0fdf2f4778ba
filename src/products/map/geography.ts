/**
 * Land, coasts, borders, states and counties of what a frame shows. Sources: us-atlas (US Census cartographic boundary files) for
 * the United States, world-atlas (Natural Earth) for everything else, so that no border is drawn twice in two versions.
 * @module
 */
import { createRequire } from "node:module";
import type { GeoPermissibleObjects } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, GeometryObject, Topology } from "topojson-specification";
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
  const world = atlas(`world-atlas/countries-${extent > COARSE_ABOVE_KM ? "50m" : "10m"}.json`);
  const near = nearby(frame);
  const states = atlas("us-atlas/states-10m.json");
  return {
    land: { type: "MultiPolygon", coordinates: polygons(world, "land").filter((rings) => near(rings[0])) },
    countries: {
      type: "MultiLineString",
      coordinates: mesh(world, collection(world, "countries"), notUnitedStates).coordinates.filter(near),
    },
    states: {
      type: "MultiLineString",
      coordinates: mesh(states, collection(states, "states")).coordinates.filter(near),
    },
    ...(extent < COUNTIES_BELOW_KM && { counties: countyLines(near) }),
  };
}

type Line = readonly (readonly number[])[];

function countyLines(near: (line: Line) => boolean): GeoPermissibleObjects {
  const counties = atlas("us-atlas/counties-10m.json");
  const inner = mesh(counties, collection(counties, "counties"), (a, b) => a !== b);
  return { type: "MultiLineString", coordinates: inner.coordinates.filter(near) };
}

const notUnitedStates = (a: GeometryObject, b: GeometryObject): boolean =>
  a.id !== UNITED_STATES && b.id !== UNITED_STATES;

function collection(topology: Topology, name: string): GeometryCollection {
  return topology.objects[name] as GeometryCollection;
}

function polygons(topology: Topology, name: string): number[][][][] {
  const shapes = feature(topology, collection(topology, name)).features;
  return shapes.flatMap(({ geometry }) => {
    if (geometry.type === "Polygon") return [geometry.coordinates];
    return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  });
}

/** True for lines whose box of latitudes and longitudes touches the frame's: most of the world is not worth projecting. */
function nearby(frame: MapFrame): (line: Line) => boolean {
  const { south, north, west, east, middleLongitude } = frameBounds(frame);
  const margin = 0.05 * (north - south) + 0.5;
  return (line) => {
    let [low, high, left, right] = [90, -90, 180, -180];
    for (const [longitude, latitude] of line) {
      const relative = longitude - middleLongitude - 360 * Math.round((longitude - middleLongitude) / 360);
      low = Math.min(low, latitude);
      high = Math.max(high, latitude);
      left = Math.min(left, relative);
      right = Math.max(right, relative);
    }
    return high > south - margin && low < north + margin && right > west - margin && left < east + margin;
  };
}

const atlases = new Map<string, Topology>();

/** One of the packages' TopoJSON files, parsed once. */
function atlas(name: string): Topology {
  const known = atlases.get(name);
  if (known !== undefined) return known;
  const loaded = createRequire(import.meta.url)(name) as Topology;
  atlases.set(name, loaded);
  return loaded;
}
